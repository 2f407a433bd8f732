using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Staging;

/// <summary>What a <see cref="StagingService"/> works with.</summary>
public sealed record StagingParts
{
    /// <summary>Answers.</summary>
    public required DataPlane DataPlane { get; init; }

    /// <summary>What the health checks say.</summary>
    public required IVerdictSource Verdicts { get; init; }

    /// <summary>Has the members of the candidate checked beside those of what is served.</summary>
    public required CheckedSnapshots Checks { get; init; }

    /// <summary>Who asks how much.</summary>
    public required BucketVolumes Volumes { get; init; }

    /// <summary>When the share grows.</summary>
    public required TimeProvider Time { get; init; }
}
