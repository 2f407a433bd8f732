using Meridian.Dns.Names;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planned;

/// <summary>What a <see cref="PlannedChangeService"/> works with.</summary>
public sealed record PlannedParts
{
    /// <summary>Answers; what it says of a changed name is looked at.</summary>
    public required DataPlane DataPlane { get; init; }

    /// <summary>The engine's limits.</summary>
    public AnswerLimits Limits { get; init; } = new();

    /// <summary>What the health checks say, for guards.</summary>
    public required IVerdictSource Verdicts { get; init; }

    /// <summary>How much longer than their TTL caches were seen to keep answers for a name; null where nothing was measured.</summary>
    public Func<DomainName, TimeSpan?> MeasuredTail { get; init; } = _ => null;

    /// <summary>When steps are taken.</summary>
    public required TimeProvider Time { get; init; }
}
