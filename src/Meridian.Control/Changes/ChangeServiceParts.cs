using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Publishing;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes;

/// <summary>What a <see cref="ChangeService"/> works with.</summary>
public sealed record ChangeServiceParts
{
    public required IChangeLog Log { get; init; }

    /// <summary>For the few files that documents name: keys, tables, location databases.</summary>
    public required IConfigurationFiles Files { get; init; }

    /// <summary>Where relative paths in documents begin.</summary>
    public required string BaseDirectory { get; init; }

    public required ConfigurationCompiler Compiler { get; init; }

    /// <summary>Keeps SOA serials growing over restarts.</summary>
    public required RevisionLedger Ledger { get; init; }

    public required RevisionPublisher Publisher { get; init; }

    /// <summary>Is told how much of its past the store is to keep, whenever a configuration is taken on; null when nobody is.</summary>
    public Action<StoreModel>? Keep { get; init; }

    /// <summary>What the health checks say, for the guard; null when nothing checks.</summary>
    public IVerdictSource? Verdicts { get; init; }

    /// <summary>What was asked lately, for the guard; null when nobody counts.</summary>
    public IObservedVolumes? Observed { get; init; }

    /// <summary>Decides which location database is used; null uses the newest.</summary>
    public PlaceDatabaseGate? Places { get; init; }

    /// <summary>Remembers what was served; null remembers nothing.</summary>
    public HistoryJournal? History { get; init; }

    public required TimeProvider Time { get; init; }
}
