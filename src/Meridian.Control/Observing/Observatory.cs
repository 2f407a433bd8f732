namespace Meridian.Control.Observing;

/// <summary>All that a server knows of who asks, and what follows from it.</summary>
public sealed class Observatory
{
    /// <summary>Who asks.</summary>
    public required PopulationObserver Population { get; init; }

    /// <summary>What they would do.</summary>
    public required WhatIf WhatIf { get; init; }
}
