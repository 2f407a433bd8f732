namespace Meridian.Control.ChangeLog;

/// <summary>
/// Stands for a change set that is on its way to the log, so that another can be appended after it before anybody knows what
/// revision it becomes. It is the same only as itself.
/// </summary>
public sealed class AppendTicket;

/// <summary>What a change set is to come directly after, because it was checked on it.</summary>
/// <param name="Number">The revision; 0: before the first.</param>
/// <param name="Ticket">The set that becomes that revision, while it is not known to have; null when the revision is durable.</param>
public readonly record struct AppendPlace(long Number, AppendTicket? Ticket);
