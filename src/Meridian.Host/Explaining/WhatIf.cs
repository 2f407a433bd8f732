using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Host.Explaining;

/// <summary>Verdicts for explaining a configuration that nobody serves: every member is up but those that are said to be down.</summary>
internal sealed class WhatIf : IVerdictSource
{
    private readonly ImmutableHashSet<string> _down;

    private WhatIf(ImmutableHashSet<string> down) => _down = down;

    /// <summary>Takes pools, and members as <c>POOL/TARGET</c>; null with the reason when one of them is not there.</summary>
    public static WhatIf? TryCreate(DataPlaneSnapshot snapshot, ImmutableArray<string> down, out string? problem)
    {
        ImmutableHashSet<string> known = [.. snapshot.Members.SelectMany(slot => new[] { slot.Key.Pool, slot.Key.ToString() })];
        string? unknown = down.FirstOrDefault(name => !known.Contains(name));
        string? blind = down.FirstOrDefault(name => !snapshot.Members.Any(slot =>
            slot.Monitor is not null && (slot.Key.Pool == name || slot.Key.ToString() == name)));
        problem = unknown is not null ? $"--down {unknown}: there is no such pool or member; write POOL, or POOL/ADDRESS"
            : blind is not null ? $"--down {blind}: no monitor checks it, so it never is down"
            : null;
        return problem is null ? new WhatIf([.. down]) : null;
    }

    public MemberVerdict GetVerdict(MemberKey member) =>
        _down.Contains(member.Pool) || _down.Contains(member.ToString()) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;
}
