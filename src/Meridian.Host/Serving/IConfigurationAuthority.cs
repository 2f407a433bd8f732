using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Http.Documents;
using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Dns.Names;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>What a running server takes its configuration from: files, or the store.</summary>
internal interface IConfigurationAuthority : IAsyncDisposable
{
    /// <summary>Where what survives a restart is kept; null keeps nothing.</summary>
    string? StateDirectory { get; }

    /// <summary>The front door for changes.</summary>
    IChangeService Changes { get; }

    /// <summary>Where documents that are no configuration are kept: tokens. The store, or memory where there is none.</summary>
    IChangeLog Log { get; }

    /// <summary>The documents that are the configuration.</summary>
    IDocumentSource Documents { get; }

    /// <summary>Changes that meet the world in steps; null where there is no store.</summary>
    IStagedChanges? Staged { get; }

    /// <summary>Changes that are made at a time; null where there is no store.</summary>
    IPlannedChanges? Planned { get; }

    /// <summary>Configurations of the past, where the store has them; null where there is no store.</summary>
    StoredConfigurations? Stored { get; }

    /// <summary>What is served, as the reader left it; null before the start, and where too large to be kept.</summary>
    LoadResult? Loaded { get; }

    ControlMetrics Metrics { get; }

    /// <summary>Whether the newest configuration is served.</summary>
    ConfigurationStatus Status { get; }

    /// <summary>The newest revision of the store that queries are answered by; 0 where there is no store.</summary>
    long ServedRevision { get; }

    /// <summary>Publishes the first configuration.</summary>
    /// <returns>Null when it is served; otherwise what keeps it from it, for the person who started the server.</returns>
    Task<string?> TryStartAsync(AuthorityParts parts, CancellationToken cancellationToken);

    /// <summary>Follows changes until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Looks at once whether anything changed (SIGHUP, a newer location database). From any thread, also before the start.</summary>
    void RequestReload(ReloadReason reason = ReloadReason.Requested);
}

/// <summary>What an authority publishes to.</summary>
internal sealed record AuthorityParts(HealthEngine Health, DataPlane DataPlane, ConfigurationCompiler Compiler, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Decides whether a newer location database may be used; null uses every one.</summary>
    public PlaceDatabaseGate? Places { get; init; }

    /// <summary>Who asks how much, for staged changes.</summary>
    public BucketVolumes Volumes { get; init; } = new(new ClientVolumes(), population: null);

    /// <summary>Has the members of what is served checked, and its names outside resolved.</summary>
    public required CheckedSnapshots Checks { get; init; }

    /// <summary>Remembers what was served; null remembers nothing.</summary>
    public HistoryJournal? History { get; init; }

    /// <summary>What was asked lately, for the guard; null when nobody counts.</summary>
    public IObservedVolumes? Observed { get; init; }

    /// <summary>How much longer than their TTL caches were seen to keep answers for a name; null where nothing was measured.</summary>
    public Func<DomainName, TimeSpan?> MeasuredTail { get; init; } = _ => null;
}
