using Meridian.Engine.Health;
using Meridian.Health.Evidence;

namespace Meridian.Health.Quorum;

/// <summary>What a vantage point elsewhere says of a check. Guarded by the engine's lock.</summary>
internal sealed class RemoteVote
{
    internal HealthState State { get; set; }

    internal uint MayChangeInSeconds { get; set; }

    internal bool IsDegraded { get; set; }

    internal DateTimeOffset? Since { get; set; }

    internal string Cause { get; set; } = "";

    internal DateTimeOffset? LastResultAt { get; set; }

    internal AttemptLog Attempts { get; } = new();
}
