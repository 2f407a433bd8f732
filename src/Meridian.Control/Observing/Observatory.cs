using Meridian.Control.Drilling;

namespace Meridian.Control.Observing;

/// <summary>All that a server knows of who asks, and what follows from it.</summary>
public sealed class Observatory
{
    /// <summary>Who asks.</summary>
    public required PopulationObserver Population { get; init; }

    /// <summary>How changes of answers come to them.</summary>
    public required PropagationTracker Propagation { get; init; }

    /// <summary>What they would do.</summary>
    public required WhatIf WhatIf { get; init; }

    /// <summary>Drills; null until the health checks are there.</summary>
    public DrillService? Drills { get; set; }
}
