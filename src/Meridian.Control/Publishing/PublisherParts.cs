using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Publishing;

/// <summary>What a <see cref="ConfigurationPublisher"/> works with.</summary>
public sealed record PublisherParts
{
    public required IConfigurationFiles Files { get; init; }

    public required ConfigurationCompiler Compiler { get; init; }

    public required RevisionLedger Ledger { get; init; }

    public required ConfigurationWatcher Watcher { get; init; }

    /// <summary>Has the members of what is served checked.</summary>
    public required CheckedSnapshots Checks { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>Decides whether a newer location database may be used; null uses every one.</summary>
    public PlaceDatabaseGate? Places { get; init; }

    /// <summary>Remembers what was served; null remembers nothing.</summary>
    public HistoryJournal? History { get; init; }

    /// <summary>What was asked lately, for the guard; null when nobody counts.</summary>
    public IObservedVolumes? Observed { get; init; }

    public required TimeProvider Time { get; init; }
}
