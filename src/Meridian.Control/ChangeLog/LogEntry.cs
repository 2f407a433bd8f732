using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog;

/// <summary>A revision with its computed diff.</summary>
/// <param name="Revision">Who, when, why.</param>
/// <param name="Changes">In the order of the change set.</param>
public sealed record LogEntry(Revision Revision, ImmutableArray<LoggedChange> Changes);

/// <summary>What one revision did to one document.</summary>
/// <param name="Key">Which document.</param>
/// <param name="Before">What it replaced; null when it did not exist.</param>
/// <param name="After">What it is from this revision on; null when it was deleted.</param>
public readonly record struct LoggedChange(DocumentKey Key, Document? Before, Document? After);
