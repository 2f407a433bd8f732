using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Control.Resolving;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Meridian.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>The parts of a running server that its endpoints show and command. They end with the server.</summary>
internal sealed record RunningParts
{
    public required DataPlane DataPlane { get; init; }

    public required HealthEngine Health { get; init; }

    public required IConfigurationAuthority Authority { get; init; }

    public required Observatory Observatory { get; init; }

    public required OutsideResolver Outside { get; init; }

    public required PlaceDatabaseGate Places { get; init; }

    /// <summary>Answers of the past; null where nothing is kept.</summary>
    public HistoryReader? Past { get; init; }

    public required MetricsCollector Metrics { get; init; }

    /// <summary>For certificates.</summary>
    public required IConfigurationFiles Files { get; init; }

    /// <summary>Reads configurations that somebody only asks about.</summary>
    public required ProposalReader Proposals { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}
