using System.Collections.Immutable;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>A change that waits for somebody's word.</summary>
/// <param name="Id">What it is called: short, never used twice.</param>
/// <param name="Why">What it waits for.</param>
/// <param name="At">Since when.</param>
/// <param name="Author">Who proposed it.</param>
/// <param name="Origin">By which door.</param>
/// <param name="Message">What it does, in the author's words.</param>
/// <param name="Reason">Why the guard is to be overruled; null when nobody said so.</param>
/// <param name="Guard">What the guard has against it.</param>
/// <param name="Zones">Those that ask for a second person's approval.</param>
/// <param name="ChangeCount">Documents that it writes or deletes.</param>
public sealed record PendingChange(
    string Id,
    PendingReason Why,
    DateTimeOffset At,
    string Author,
    ChangeOrigin Origin,
    string Message,
    string? Reason,
    ImmutableArray<GuardFinding> Guard,
    ImmutableArray<string> Zones,
    int ChangeCount);

/// <summary>What a pending change waits for.</summary>
public enum PendingReason
{
    /// <summary>A zone asks for a second person's approval.</summary>
    SecondPerson,

    /// <summary>The guard refused what came from files, where nobody was there to be asked.</summary>
    Guard,
}
