using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Scenarios;

namespace Meridian.Control.Observing;

/// <summary>Answers what the observed population would do: after an event, with other weights or TTLs, or with another configuration.</summary>
/// <param name="population">Who asks.</param>
/// <param name="dataPlane">What is served.</param>
/// <param name="time">When.</param>
public sealed class WhatIf(PopulationObserver population, DataPlane dataPlane, TimeProvider time)
{
    // 10 min to 6 h: who asks now, and not at another time of day.
    private static readonly TimeSpan SupposedWindow = TimeSpan.FromHours(1);

    // 100 to 2,000. A plan waits for it, and other changes for the plan: the largest askers say nearly all.
    private const int RowsOfPlan = 500;

    /// <summary>Works it out.</summary>
    /// <param name="request">What is supposed.</param>
    /// <param name="problem">What keeps it from being worked out, in words; null when nothing does.</param>
    public WhatIfResult? Ask(WhatIfRequest request, out string? problem)
    {
        problem = null;
        if (dataPlane.Suppose() is not { } before || before.Snapshot is not { } snapshot)
        {
            problem = "nothing is served yet";
            return null;
        }
        List<string> notes = [];
        MeridianModel basis = request.Proposed ?? snapshot.Model;
        if ((problem = ProblemOf(request, basis)) is not null
            || Edit(request, basis, before, snapshot, out problem) is not { Snapshot: { } candidate } edited)
        {
            return null;
        }
        DataPlane? after = edited.Suppose([.. Suppositions(request, candidate, notes)]);
        ObservedPopulation observed = population.Read(request.Window);
        if (after is null || observed.IsEmpty)
        {
            problem = "nothing was observed yet: a server has to be asked for a while first, and `observing: {who: nobody}` keeps nothing";
            return null;
        }
        if (basis.Geo != snapshot.Model.Geo)
        {
            notes.Add("the proposed configuration has other places (geo); this is worked out with those that are in use");
        }
        if (candidate.Members.Where(slot => slot.Monitor is not null && !snapshot.TryFindMember(slot.Key, out _)).Select(slot => slot.Key.ToString()).ToList() is { Count: > 0 } unknown)
        {
            notes.Add($"{string.Join(", ", unknown.Take(3))}{(unknown.Count > 3 ? $" and {unknown.Count - 3} more members" : "")}: not checked yet, and taken to be up");
        }
        if (request.Demand is null && candidate.Model.Sites.Values.Any(site => site.Capacity is not null))
        {
            notes.Add("with the demand of all sites together (--demand), the shares are compared with the sites' capacities");
        }
        return new WhatIfReplay(before, after, time.GetUtcNow().ToUnixTimeSeconds()).Run(observed, request.Question, request.Demand, [.. notes]);
    }

    /// <summary>What would be if some members were otherwise; null when nothing was observed.</summary>
    /// <param name="suppositions">What is supposed of them.</param>
    /// <param name="question">In words.</param>
    internal WhatIfResult? Suppose(ImmutableArray<Supposition> suppositions, string question)
    {
        ObservedPopulation observed = population.Read(SupposedWindow);
        return observed.IsEmpty || dataPlane.Suppose() is not { } before || dataPlane.Suppose([.. suppositions]) is not { } after
            ? null
            : new WhatIfReplay(before, after, time.GetUtcNow().ToUnixTimeSeconds()).Run(observed, question, null, []);
    }

    /// <summary>What would be with another snapshot, for a plan; null when nothing was observed, or is served.</summary>
    /// <param name="was">What is served, or about to be.</param>
    /// <param name="becomes">What would be.</param>
    internal WhatIfResult? Compare(DataPlaneSnapshot was, DataPlaneSnapshot becomes)
    {
        ObservedPopulation observed = population.Read(SupposedWindow);
        if (observed.IsEmpty || dataPlane.Suppose() is not { Snapshot: { } served } present)
        {
            return null;
        }
        DataPlane before = ReferenceEquals(served, was) ? present : Publish(was, served, present);
        DataPlane after = Publish(becomes, served, present);
        return new WhatIfReplay(before, after, time.GetUtcNow().ToUnixTimeSeconds(), RowsOfPlan).Run(observed, "the plan", null, []);
    }

    private static string? ProblemOf(WhatIfRequest request, MeridianModel model)
    {
        foreach (string site in request.Down)
        {
            if (!model.Sites.ContainsKey(site))
            {
                return $"there is no site '{site}'";
            }
        }
        foreach (string name in request.Drain)
        {
            if (!MembersOf(model, name).Any())
            {
                return $"'{name}' is no member (POOL/TARGET), pool or site";
            }
        }
        foreach (string policy in request.Weights.Select(weight => weight.Policy).Concat(request.Ttls.Select(ttl => ttl.Policy)))
        {
            if (!model.Policies.ContainsKey(policy))
            {
                return $"there is no policy '{policy}'";
            }
        }
        return null;
    }

    /// <summary>The data plane with the configuration that is supposed, weights and TTLs changed; itself when none of it is another.</summary>
    private DataPlane? Edit(WhatIfRequest request, MeridianModel basis, DataPlane before, DataPlaneSnapshot snapshot, out string? problem)
    {
        problem = null;
        MeridianModel model = basis;
        foreach ((string policy, string child, int weight) in request.Weights)
        {
            MeridianModel edited = ModelEdit.WithWeight(model, policy, child, weight);
            if (edited.Policies[policy].Root.Equals(model.Policies[policy].Root))
            {
                problem = $"no weighted node of the policy '{policy}' has a child '{child}' of another weight";
                return null;
            }
            model = edited;
        }
        foreach ((string policy, uint seconds) in request.Ttls)
        {
            model = ModelEdit.WithTtl(model, policy, seconds);
        }
        if (ReferenceEquals(model, snapshot.Model))
        {
            return before;
        }
        // The revision's digest keys the draws: with the same one, who does not have to move does not.
        CompileResult compiled = SnapshotCompiler.Compile(model, snapshot.Places, snapshot.Revision, snapshot);
        if (compiled.Snapshot is not { } candidate)
        {
            problem = string.Join("; ", compiled.Problems.Select(found => found.Message));
            return null;
        }
        return Publish(candidate, snapshot, before);
    }

    /// <summary>A data plane of another snapshot, with the health of the present one.</summary>
    private DataPlane Publish(DataPlaneSnapshot candidate, DataPlaneSnapshot snapshot, DataPlane present)
    {
        DataPlane made = new(time);
        made.Publish(candidate, new StatusVerdicts(snapshot, present.GetMemberStatuses()));
        return made;
    }

    private static List<Supposition> Suppositions(WhatIfRequest request, DataPlaneSnapshot snapshot, List<string> notes)
    {
        List<Supposition> supposed = [];
        foreach (string site in request.Down)
        {
            foreach (MemberSlot slot in snapshot.Members.Where(slot => (slot.Member.Site ?? slot.Pool.Site) == site))
            {
                if (slot.Monitor is null)
                {
                    notes.Add($"{slot.Key} has no monitor: nobody would notice, and it stays in answers");
                    continue;
                }
                supposed.Add(new Supposition(slot.Key, HealthState.Down, null));
            }
        }
        foreach (string name in request.Drain)
        {
            supposed.AddRange(MembersOf(snapshot.Model, name).Select(member => new Supposition(member, null, AdminState.Draining)));
        }
        return supposed;
    }

    private static IEnumerable<MemberKey> MembersOf(MeridianModel model, string name) => model.Pools.Values
        .SelectMany(pool => pool.Members.Select(member => (Pool: pool, Member: member, Key: new MemberKey(pool.Name, member.Target))))
        .Where(found => found.Key.ToString() == name || found.Pool.Name == name || (found.Member.Site ?? found.Pool.Site) == name)
        .Select(found => found.Key);

    /// <summary>What a health table said, as a source of verdicts for another snapshot. What is new there is taken to be up.</summary>
    private sealed class StatusVerdicts(DataPlaneSnapshot snapshot, IReadOnlyList<Meridian.Engine.Steering.MemberStatus> statuses) : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) =>
            snapshot.TryFindMember(member, out int slot)
                ? new MemberVerdict(statuses[slot].Health, 0) { ReductionPercent = statuses[slot].ReductionPercent }
                : MemberVerdict.Up;
    }
}
