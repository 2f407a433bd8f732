using Meridian.Engine.Explaining;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>Which member of which site a target in an answer is. An address of several pools is the first one's that the policy can answer from.</summary>
/// <param name="snapshot">Its model has the members.</param>
internal sealed class TargetMap(DataPlaneSnapshot snapshot)
{
    /// <summary>What stands where no site is named.</summary>
    public const string NoSite = "-";

    private readonly Dictionary<string, Dictionary<string, Destination>> _byPolicy = new(StringComparer.Ordinal);
    private readonly SteeredNames _steered = new(snapshot);

    /// <summary>Whether a policy decides a question here.</summary>
    public bool IsSteered(ObservedName name, Asker asker) => _steered.PolicyOf(name, in asker) is not null;

    /// <summary>Where a target of a name's answer is.</summary>
    public Destination Find(ObservedName name, Asker asker, string target)
    {
        if (_steered.AnyPolicyOf(name, in asker) is not { } policy || !snapshot.Model.Policies.ContainsKey(policy))
        {
            return new Destination(NoSite, NoSite, target);
        }
        if (!_byPolicy.TryGetValue(policy, out Dictionary<string, Destination>? targets))
        {
            targets = Read(policy);
            _byPolicy.Add(policy, targets);
        }
        return targets.GetValueOrDefault(target.TrimEnd('.')) ?? new Destination(NoSite, NoSite, target);
    }

    private Dictionary<string, Destination> Read(string policy)
    {
        Dictionary<string, Destination> targets = new(StringComparer.Ordinal);
        IEnumerable<string> pools = PolicyClasses.Of(snapshot, policy).Classes.SelectMany(found => found.Pools);
        if (snapshot.Model.Policies[policy].FallbackPool is { } fallback)
        {
            pools = pools.Append(fallback);
        }
        foreach (PoolModel pool in pools.Distinct(StringComparer.Ordinal).Select(name => snapshot.Model.Pools[name]))
        {
            foreach (MemberModel member in pool.Members)
            {
                targets.TryAdd(member.Target.TrimEnd('.'), new Destination(member.Site ?? pool.Site ?? NoSite, pool.Name, member.Target));
            }
        }
        return targets;
    }
}

/// <summary>A member where it stands.</summary>
/// <param name="Site">Its site, or <c>-</c>.</param>
/// <param name="Pool">Its pool, or <c>-</c> for what is no member.</param>
/// <param name="Target">Its address or name.</param>
internal sealed record Destination(string Site, string Pool, string Target);
