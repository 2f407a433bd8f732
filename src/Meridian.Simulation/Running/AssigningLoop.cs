using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Observing;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Running;

/// <summary>
/// Assigns resolvers as the server does, from the questions that the simulated authority is asked and nothing else: how many
/// clients stand behind a cache is estimated, not known.
/// </summary>
internal sealed class AssigningLoop
{
    // The server assigns twice a minute. What is estimated changes by the minute at most, and a day has many.
    private const double Every = 300;
    private const double MillisecondsPerSecond = 1000;

    private readonly SimulationInput _input;
    private readonly AuthorityState _state;
    private readonly DemandLedger<(ClientAddress Resolver, uint Subnet)> _ledger = new() { Limit = DemandLedger<(ClientAddress, uint)>.ManyAskers };
    private readonly List<AskedQuestion> _questions = [];
    private double _next = Every;
    private double _moved;
    private AssignedNodeReport? _last;

    /// <param name="input">What is run.</param>
    /// <param name="state">The authority.</param>
    public AssigningLoop(SimulationInput input, AuthorityState state) => (_input, _state) = (input, state);

    /// <summary>Takes what was asked in one stretch of time.</summary>
    /// <param name="asked">Emptied.</param>
    public void Take(IEnumerable<List<AskedQuestion>> asked)
    {
        _questions.Clear();
        foreach (List<AskedQuestion> part in asked)
        {
            _questions.AddRange(part);
            part.Clear();
        }
        // Caches are walked one after the other; the authority hears them by time. The rest of the key: results are repeatable.
        _questions.Sort((left, right) => (left.At, left.Resolver.Low, left.Subnet).CompareTo((right.At, right.Resolver.Low, right.Subnet)));
        foreach (AskedQuestion question in _questions)
        {
            _ledger.Add((question.Resolver, question.Subnet), (long)(question.At * MillisecondsPerSecond), (int)question.Ttl, 1);
        }
    }

    /// <summary>Assigns anew when it is time to, and when the configuration or the health may have changed.</summary>
    public void Assign(double at, bool hasChanged)
    {
        if (at < _next && !hasChanged)
        {
            return;
        }
        _next = at + Every;
        string? policy = _state.DataPlane.Snapshot is { } snapshot
            ? NameDirectory.Of(snapshot).Steered.FirstOrDefault(name => name.Owner == _input.Name)?.Policies.GetValueOrDefault(_input.Type)
            : null;
        if (policy is null)
        {
            return;
        }
        AssignmentPlan plan = AssignmentPlanner.Plan(_state.DataPlane, _ledger.Estimate((long)(at * MillisecondsPerSecond))
            .Select(estimate => new ObservedDemand(ClientOf(estimate.Key), policy, estimate.Value.Lookups)));
        _state.DataPlane.UpdateAssignments(plan.Assignments);
        _last = plan.Nodes.Where(node => node.Policy == policy).MaxBy(node => node.Lookups);
        _moved += _last?.Moved ?? 0;
    }

    /// <summary>What came of it; null when nothing was assigned.</summary>
    /// <param name="entries">The caches, for how large their volumes really are.</param>
    public AssignmentOutcome? Outcome(CacheEntry[] entries)
    {
        if (_last is not { } last)
        {
            return null;
        }
        Dictionary<(ClientAddress, uint), double> truth = [];
        foreach (CacheEntry entry in entries)
        {
            (ClientAddress, uint) asker = (entry.Resolver, entry.Subnet);
            truth[asker] = truth.GetValueOrDefault(asker) + entry.Rate;
        }
        double[] offs =
        [
            .. _ledger.Estimate((long)(_input.Duration.TotalSeconds * MillisecondsPerSecond))
                .Where(estimate => truth.ContainsKey(estimate.Key))
                .OrderByDescending(estimate => truth[estimate.Key])
                .Take(AssignmentLimits.NetworksPerNode)
                .Select(estimate => Math.Abs(Math.Log(estimate.Value.Lookups / truth[estimate.Key])))
                .Order(),
        ];
        double hours = _input.Duration.TotalHours;
        return new AssignmentOutcome(last.Networks, last.Assigned, _moved / hours, offs.Length == 0 ? 0 : Math.Exp(offs[offs.Length / 2]) - 1);
    }

    private static ClientAddress ClientOf((ClientAddress Resolver, uint Subnet) asker) =>
        asker.Subnet == 0 ? asker.Resolver : ClientAddress.FromIPv4(asker.Subnet);
}

/// <summary>A question as the authority hears it.</summary>
/// <param name="Resolver">Who asked.</param>
/// <param name="Subnet">The client network (IPv4) that it named; 0 for none.</param>
/// <param name="At">Seconds of the run.</param>
/// <param name="Ttl">What the answer said, in seconds.</param>
internal readonly record struct AskedQuestion(ClientAddress Resolver, uint Subnet, double At, double Ttl);
