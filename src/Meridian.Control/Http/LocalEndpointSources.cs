using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Http.Documents;
using Meridian.Control.Observing;
using Meridian.Engine.Model;

namespace Meridian.Control.Http;

/// <summary>
/// Where the local endpoint takes what it tells from. Each is called on a request's thread, possibly several at once, and
/// must return quickly: nothing here waits for a network.
/// </summary>
public sealed record LocalEndpointSources
{
    /// <summary>Which configuration is served, and whether the newest one was refused.</summary>
    public required Func<ConfigurationStatus> Configuration { get; init; }

    /// <summary>Whether queries are answered with everything that is needed for it.</summary>
    public required Func<Readiness> Readiness { get; init; }

    /// <summary>The whole state, for <c>meridian status</c>.</summary>
    public required Func<StatusReport> Status { get; init; }

    /// <summary>Gives what completes when the status of a member may be another than before; taken before looking. Null where nobody tells.</summary>
    public Func<CancellationToken, Task>? NextChange { get; init; }

    /// <summary>Writes the metrics in the Prometheus text format, version 0.0.4.</summary>
    public required Action<TextWriter> Metrics { get; init; }

    /// <summary>Replays the decision for a query through the code that answers.</summary>
    public required Func<ExplainRequest, CancellationToken, Task<ExplainReply>> Explain { get; init; }

    /// <summary>Takes a member's report of itself; false when its token, monitor or member is not right.</summary>
    public Func<PushRequest, bool> Push { get; init; } = _ => false;

    /// <summary>Lets the location database that waits be used; false when none waits.</summary>
    public Func<bool> AcceptPlaces { get; init; } = () => false;

    /// <summary>The documents that are the configuration.</summary>
    public IDocumentSource Documents { get; init; } = new LoadedDocuments(() => null);

    /// <summary>The front door for changes; where files are the truth, it says so to whoever comes.</summary>
    public IChangeService Changes { get; init; } = new FilesAreTheTruth("files");

    /// <summary>Changes that meet the world in steps; null where there is no store.</summary>
    public IStagedChanges? Staged { get; init; }

    /// <summary>Changes that are made at a time; null where there is no store.</summary>
    public IPlannedChanges? Planned { get; init; }

    /// <summary>Who asks, and what follows from it; null where nobody observes.</summary>
    public Observatory? Observatory { get; init; }

    /// <summary>Reads a whole configuration that somebody only asks about: its model, or what is wrong with it.</summary>
    public Func<ImmutableArray<DocumentChange>, (MeridianModel? Model, ImmutableArray<ChangeError> Errors)> Propose { get; init; } =
        _ => (null, [new ChangeError(null, "", "no configuration can be read here", null)]);

    /// <summary>The model that is served; null before the first.</summary>
    public Func<MeridianModel?> Model { get; init; } = () => null;

    /// <summary>What lint finds in the configuration that is served, as JSON; null before the first.</summary>
    public Func<string?> Lint { get; init; } = () => null;

    /// <summary>Ends when the endpoint stops: streams of events end with it.</summary>
    internal CancellationToken Stopping { get; init; }

    /// <summary>Lets the clients of a pool back, as who asks for it says; null when done, otherwise what stands in the way.</summary>
    public Func<string, string, string?> FailBack { get; init; } = (pool, _) => $"there is no pool {pool}";

    /// <summary>Freezes or thaws what the health checks do by themselves.</summary>
    public Action<BreakerCommand> Breaker { get; init; } = _ => { };
}
