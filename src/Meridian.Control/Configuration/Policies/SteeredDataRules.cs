using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Policies;

/// <summary>A policy's pools must hold what the steered type needs: addresses, or names.</summary>
internal sealed class SteeredDataRules(
    ReadContext context,
    ImmutableSortedDictionary<string,
    PolicyModel> policies,
    ImmutableSortedDictionary<string,
    PoolModel> pools)
{
    // Many names share few policies: each tree is walked once for a type.
    private readonly Dictionary<(string Policy, RecordType Type), ImmutableArray<string>> _reasons = [];

    public void Check(ZoneDraft zone)
    {
        foreach (RRsetDraft rrset in zone.RRsets)
        {
            if (rrset.Steering is not { } steering || !policies.TryGetValue(steering.Policy, out PolicyModel? policy))
            {
                continue;
            }
            if (!_reasons.TryGetValue((policy.Name, rrset.Type), out ImmutableArray<string> reasons))
            {
                reasons = FindReasons(policy, rrset.Type);
                _reasons.Add((policy.Name, rrset.Type), reasons);
            }
            foreach (string reason in reasons)
            {
                context.Diagnostics.Error(rrset.Position, rrset.Path, $"policy '{policy.Name}' {reason}");
            }
        }
    }

    private ImmutableArray<string> FindReasons(PolicyModel policy, RecordType type) =>
        [.. PolicyTree.PoolsOf(policy, policies)
            .Select(name => pools.TryGetValue(name, out PoolModel? pool) ? Explain(type, pool) : null)
            .OfType<string>()];

    private static string? Explain(RecordType type, PoolModel pool)
    {
        if (type == RecordType.TXT)
        {
            // It tells which pools were chosen, whatever their members are.
            return null;
        }
        if (type == RecordType.CNAME)
        {
            return pool.Members.Length > 0 && pool.Members.All(member => member.Hostname is null)
                ? $"can answer from the pool '{pool.Name}', whose members are addresses: a CNAME needs a hostname; "
                    + "steer A and AAAA instead"
                : null;
        }
        if (type is RecordType.A or RecordType.AAAA)
        {
            // A hostname is answered by its addresses.
            return null;
        }
        return pool.Members.FirstOrDefault(member => member.Hostname is not null) is { } named
            ? $"can answer from the pool '{pool.Name}', whose member {named.Target} is a hostname: {type.ToMnemonic()} "
                + "has its hints from the addresses of members; steer A and AAAA alone, or a CNAME"
            : null;
    }
}
