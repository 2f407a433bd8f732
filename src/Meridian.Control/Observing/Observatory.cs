using Meridian.Control.Assigning;
using Meridian.Control.Drilling;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

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

    /// <summary>Who is assigned where by it.</summary>
    public required ResolverAssigner Assigner { get; init; }

    /// <summary>What is looked up behind whom, and who is assigned where by it.</summary>
    public ObservedDemands ReadDemands() => new(Population.ReadDemands(), Assigner.Nodes);

    /// <summary>Puts the parts together.</summary>
    /// <param name="volumes">Where the answering threads write.</param>
    /// <param name="dataPlane">What answers.</param>
    /// <param name="drift">Watches the TTLs that caches are given.</param>
    /// <param name="time">Dates everything.</param>
    public static Observatory Create(ClientVolumes volumes, DataPlane dataPlane, TtlDrift drift, TimeProvider time)
    {
        PropagationTracker propagation = new(dataPlane, time);
        PopulationObserver population = new(volumes, dataPlane, propagation, drift, time);
        return new Observatory
        {
            Population = population,
            Propagation = propagation,
            WhatIf = new WhatIf(population, dataPlane, time),
            Assigner = new ResolverAssigner(dataPlane, population, time),
        };
    }

    /// <summary>Observes, and assigns by it, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Population.RunAsync(cancellationToken), Assigner.RunAsync(cancellationToken));

    /// <summary>Drills; null until the health checks are there.</summary>
    public DrillService? Drills { get; set; }

    /// <summary>Drills that come by the calendar; null until there are drills.</summary>
    public GameDayService? GameDays { get; set; }
}
