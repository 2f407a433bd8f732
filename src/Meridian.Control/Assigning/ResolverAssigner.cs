using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Meridian.Control.Observing;
using Meridian.Engine.Assigning;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Assigning;

/// <summary>
/// Assigns resolvers to the children of weighted nodes with <c>assign: by-resolver</c>: from time to time, and when weights or
/// health change. Beside the answering threads, which go by the last assignment meanwhile.
/// </summary>
public sealed class ResolverAssigner : IDisposable
{
    // 5 s to 10 min. New resolvers are drawn for that long; estimates become better by the minute, not by the second, and those
    // of a hundred thousand resolvers take a second to read.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    // 0.1 s to 10 s: a site that goes down takes many members with it, one after the other.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly DataPlane _dataPlane;
    private readonly PopulationObserver _population;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new("Meridian.Observing");
    private AssignmentPlan _plan = new([], []);
    private double _moved;

    /// <param name="dataPlane">Says what is to be assigned, and takes the assignment.</param>
    /// <param name="population">Who asks.</param>
    /// <param name="time">When to assign anew.</param>
    public ResolverAssigner(DataPlane dataPlane, PopulationObserver population, TimeProvider time)
    {
        (_dataPlane, _population, _time) = (dataPlane, population, time);
        _meter.CreateObservableGauge(
            "meridian.assignment.networks", () => Nodes.Sum(node => node.Networks), "{network}", "Networks that weighted nodes with 'assign: by-resolver' have assigned.");
        _meter.CreateObservableGauge(
            "meridian.assignment.off", Off, "1", "By how much the expected share of a child of such a node is off what its weight says, at most, 0 to 1.");
        _meter.CreateObservableCounter(
            "meridian.assignment.moved", () => Volatile.Read(ref _moved), "1", "Parts of the traffic of such nodes that were moved to another child, added up.");
    }

    /// <summary>What the latest assignment comes to, node by node; empty when nothing assigns.</summary>
    public ImmutableArray<AssignedNodeReport> Nodes => Volatile.Read(ref _plan).Nodes;

    /// <summary>Assigns until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                // Taken before looking: what changes meanwhile is not missed.
                Task changed = _dataPlane.NextChange;
                Assign();
                await Task.Delay(Pause, _time, cancellationToken);
                await Task.WhenAny(changed, Task.Delay(Period - Pause, _time, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Assigns once. One caller at a time.</summary>
    internal void Assign()
    {
        if (!AssignmentPlanner.IsNeeded(_dataPlane))
        {
            Volatile.Write(ref _plan, new AssignmentPlan([], []));
            return;
        }
        AssignmentPlan plan = AssignmentPlanner.Plan(_dataPlane, DemandsOf(_population.ReadDemands()));
        _dataPlane.UpdateAssignments(plan.Assignments);
        // Volatile: metrics and reports read from other threads.
        Volatile.Write(ref _moved, _moved + plan.Nodes.Sum(node => node.Moved));
        Volatile.Write(ref _plan, plan);
    }

    /// <summary>What comes to each policy from each network. A client that asks for A and AAAA looks up once.</summary>
    private static IEnumerable<ObservedDemand> DemandsOf(ImmutableArray<AskerDemand> askers) => askers
        .Where(asker => asker.Name is { Policies.IsEmpty: false } name && name.Policies.ContainsKey(asker.Asker.Type))
        .GroupBy(asker => (asker.Asker.Resolver, asker.Asker.Network, asker.Asker.Name, Policy: asker.Name!.Policies[asker.Asker.Type])) // Filtered right above.
        .Select(asked => new ObservedDemand(asked.Key.Network, asked.Key.Policy, asked.Max(asker => asker.Demand.Lookups)));

    private double Off() => Nodes.SelectMany(node => node.Children)
        .Select(child => Math.Abs(child.Expected - child.Meant)).DefaultIfEmpty(0).Max();
}
