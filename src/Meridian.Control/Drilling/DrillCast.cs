using System.Collections.Immutable;
using Meridian.Engine.Explaining;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Drilling;

/// <summary>Who plays: the members of a site that are down in a drill, and those that must not be.</summary>
internal sealed record DrillCast
{
    public required ImmutableHashSet<MemberKey> Down { get; init; }

    /// <summary>What is left out, and why.</summary>
    public required ImmutableArray<string> Spared { get; init; }

    /// <summary>Chooses them.</summary>
    public static DrillCast Of(DataPlaneSnapshot snapshot, string site)
    {
        Dictionary<string, string> strict = new(StringComparer.Ordinal);
        foreach (string policy in snapshot.Model.Policies.Values.Where(policy => policy.Strict).Select(policy => policy.Name))
        {
            foreach (string pool in PolicyClasses.Of(snapshot, policy).Classes.SelectMany(found => found.Pools))
            {
                // Data residency is not for playing with: who may only be answered from here goes on to be.
                strict.TryAdd(pool, policy);
            }
        }
        ImmutableHashSet<MemberKey>.Builder down = ImmutableHashSet.CreateBuilder<MemberKey>();
        List<string> spared = [];
        foreach (MemberSlot slot in snapshot.Members.Where(slot => (slot.Member.Site ?? slot.Pool.Site) == site))
        {
            if (strict.TryGetValue(slot.Pool.Name, out string? policy))
            {
                spared.Add($"{slot.Key}: the policy {policy} is strict");
            }
            else if (slot.Monitor is null)
            {
                spared.Add($"{slot.Key}: it has no monitor, so a real failure would not be noticed either");
            }
            else
            {
                down.Add(slot.Key);
            }
        }
        return new DrillCast { Down = down.ToImmutable(), Spared = [.. spared] };
    }
}
