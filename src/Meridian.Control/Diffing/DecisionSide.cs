using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Explaining;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Diffing;

/// <summary>One of the two configurations, as the clients of one class see it for one name.</summary>
/// <param name="Tree">What is left of the policy for them.</param>
/// <param name="Targets">What can be answered.</param>
/// <param name="Conditions">When and for how long, in words, by what they are about.</param>
internal sealed record DecisionSide(string Tree, ImmutableHashSet<string> Targets, ImmutableSortedDictionary<string, string> Conditions)
{
    private static readonly DecisionSide NotSteered = new("not steered", [], ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The part of the answers that each member of each pool gives with everything up.</summary>
    private ImmutableDictionary<string, double> Shares { get; init; } = ImmutableDictionary<string, double>.Empty;

    public bool IsSameAs(DecisionSide other) =>
        Tree == other.Tree && Targets.SetEquals(other.Targets) && Conditions.SequenceEqual(other.Conditions);

    /// <summary>The sides of a name, one for each class of its policy; one alone when nothing steers it.</summary>
    public static ImmutableArray<DecisionSide> Of(DataPlaneSnapshot snapshot, SteeredName? name, PolicyClasses? classes) =>
        name is null || classes is null ? [NotSteered] : [.. classes.Classes.Select(found => Of(snapshot.Model, name, found))];

    /// <summary>What becomes of answers that go from one side to the other.</summary>
    public ClientChangeKind KindTo(DecisionSide after) =>
        Tree == after.Tree && Targets.SetEquals(after.Targets) ? ClientChangeKind.Conditions
        : after.Targets.IsEmpty && !Targets.IsEmpty ? ClientChangeKind.None
        : after.Targets.Count < Targets.Count && after.Targets.IsSubsetOf(Targets) ? ClientChangeKind.Fewer
        : ClientChangeKind.Other;

    /// <summary>The part of the answers that others take the place of: half the sum of what each member gains or loses.</summary>
    public double MovedTo(DecisionSide after)
    {
        if (Shares.IsEmpty || after.Shares.IsEmpty)
        {
            return Shares.IsEmpty == after.Shares.IsEmpty ? 0 : 1;
        }
        return Shares.Keys.Union(after.Shares.Keys).Sum(target => Math.Abs(Shares.GetValueOrDefault(target) - after.Shares.GetValueOrDefault(target))) / 2;
    }

    /// <summary>The side in words: its tree, and what differs of the rest.</summary>
    public string Describe(DecisionSide other)
    {
        // What only one of the two has is not compared: the trees tell of it already.
        IEnumerable<string> differing = Conditions
            .Where(condition => other.Conditions.TryGetValue(condition.Key, out string? there) && there != condition.Value)
            .Select(condition => condition.Value);
        IEnumerable<string> targets = Tree == other.Tree ? Targets.Except(other.Targets).Order(StringComparer.Ordinal).Select(target => $"with {target}") : [];
        return string.Join("; ", [Tree, .. targets, .. differing]);
    }

    private static DecisionSide Of(MeridianModel model, SteeredName name, PolicyClass found)
    {
        PolicyModel policy = model.Policies[name.Policy];
        var conditions = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        conditions.Add("ttl", string.Create(CultureInfo.InvariantCulture, $"TTL {name.TtlSeconds} s"));
        conditions.Add("min-ttl", $"not below {policy.MinTtlSeconds} s");
        conditions.Add("ttl-jitter", string.Create(CultureInfo.InvariantCulture, $"up to {policy.TtlJitter:0.##%} shorter"));
        conditions.Add("when-all-down", $"when all are down: {(policy.WhenAllDown == WhenAllDown.Pool ? $"pool {policy.FallbackPool}" : policy.WhenAllDown)}");
        conditions.Add("family", policy.FamilyFallthrough ? "pools without the family are passed over" : "pools without the family answer no data");
        foreach (PoolModel pool in found.Pools.Select(pool => model.Pools[pool]))
        {
            if (pool.Data is { } data)
            {
                conditions.Add($"pool {pool.Name}", string.Create(CultureInfo.InvariantCulture, $"{pool.Name}: TTL {data.TtlSeconds} s"));
                continue;
            }
            string pick = pool.Pick is null ? "all members" : $"{pool.Pick} members by {pool.PickBy}";
            conditions.Add($"pool {pool.Name}", $"{pool.Name}: {pick}, at least {pool.MinHealthy} healthy, checked by {pool.Monitor ?? "nothing"}");
        }
        return new DecisionSide(
            found.Tree,
            [
                .. found.Pools.SelectMany(pool => model.Pools[pool].Members
                    // Whoever was taken out by hand answers nobody, not even when everything fails open.
                    .Where(member => member.State is AdminState.Auto or AdminState.ForcedUp)
                    .Select(member => $"{pool} {member.Target} weight {member.Weight}{StateOf(member)}")),
            ],
            conditions.ToImmutable())
        {
            Shares = SharesOf(model, found),
        };
    }

    private static ImmutableDictionary<string, double> SharesOf(MeridianModel model, PolicyClass found)
    {
        ImmutableDictionary<string, double>.Builder shares = ImmutableDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (PoolShare part in found.Shares)
        {
            PoolModel pool = model.Pools[part.Pool];
            MemberModel[] members = [.. pool.Members.Where(member => member.State is AdminState.Auto or AdminState.ForcedUp)];
            // Where all members are in every answer, weights draw nothing.
            double weights = pool.Pick is null ? 0 : members.Sum(member => (double)member.Weight);
            foreach (MemberModel member in members)
            {
                double share = part.Share * (weights > 0 ? member.Weight / weights : 1.0 / members.Length);
                // By target alone: the same address in another pool is the same answer.
                shares[member.Target] = shares.GetValueOrDefault(member.Target) + share;
            }
        }
        return shares.ToImmutable();
    }

    private static string StateOf(MemberModel member) => member.State == AdminState.Auto ? "" : $" {member.State}";
}

/// <summary>A steered record set of one configuration.</summary>
/// <param name="Name">Owner and type.</param>
/// <param name="Zone">The zone that has it.</param>
/// <param name="Policy">What steers it.</param>
/// <param name="TtlSeconds">Its TTL before health lowers it.</param>
internal sealed record SteeredName(string Name, ZoneKey Zone, string Policy, uint TtlSeconds);
