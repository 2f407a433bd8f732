using Meridian.Control.Observing;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Drilling;

/// <summary>What a <see cref="DrillService"/> works with.</summary>
public sealed record DrillParts
{
    /// <summary>Answers.</summary>
    public required DataPlane DataPlane { get; init; }

    /// <summary>What the health checks say.</summary>
    public required IVerdictSource Verdicts { get; init; }

    /// <summary>Who asks how much.</summary>
    public required BucketVolumes Volumes { get; init; }

    /// <summary>Who asks what.</summary>
    public required PopulationObserver Population { get; init; }

    /// <summary>Follows the clients of a drill through their caches.</summary>
    public required PropagationTracker Propagation { get; init; }

    /// <summary>Tells beforehand.</summary>
    public required WhatIf WhatIf { get; init; }

    /// <summary>Whether a staged change has the second snapshot; there is room for one.</summary>
    public required Func<bool> IsStaging { get; init; }

    /// <summary>Why health checks take nothing out at present, in words; null while they do. A drill that comes by itself leaves that alone.</summary>
    public Func<string?> Frozen { get; init; } = () => null;

    public required TimeProvider Time { get; init; }
}
