using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Health.Judging;

/// <summary>
/// Bounds what health may take out by itself. Members that come back are never held up. Guarded by the engine's lock.
/// </summary>
internal sealed class CircuitBreaker
{
    private const string NoSite = "";

    private readonly Queue<(DateTimeOffset At, int Members)> _removals = new();
    private readonly Dictionary<string, SiteCount> _sites = new(StringComparer.Ordinal);
    private Dictionary<MemberKey, string> _siteOf = [];
    private BreakerModel _rules = new();
    private int _removed;

    /// <summary>Why nothing is taken out; null when the breaker is closed.</summary>
    internal string? Reason { get; private set; }

    internal DateTimeOffset? Since { get; private set; }

    /// <summary>Follows a new configuration. What was removed within the time still counts.</summary>
    /// <param name="rules">The bounds.</param>
    /// <param name="slots">All members.</param>
    /// <param name="isOut">Whether a checked member is taken out at present.</param>
    internal void Follow(BreakerModel rules, ImmutableArray<MemberSlot> slots, Func<MemberKey, bool> isOut)
    {
        _rules = rules;
        _sites.Clear();
        _siteOf = [];
        foreach (MemberSlot slot in slots)
        {
            if (slot.Monitor is not null && _siteOf.TryAdd(slot.Key, slot.Member.Site ?? slot.Pool.Site ?? NoSite))
            {
                ref SiteCount count = ref CountOf(slot.Key);
                count.Members++;
                count.Out += isOut(slot.Key) ? 1 : 0;
            }
        }
    }

    /// <summary>Whether these members may be taken out. The first time the answer is no, the breaker opens.</summary>
    internal bool Allows(ImmutableArray<MemberKey> members, DateTimeOffset now)
    {
        if (members.IsEmpty)
        {
            return true;
        }

        if (Reason is null && FindExcess(members, now) is { } reason)
        {
            Freeze(reason, now);
        }

        if (Reason is not null)
        {
            return false;
        }

        _removals.Enqueue((now, members.Length));
        _removed += members.Length;
        Moved(members, 1);
        return true;
    }

    /// <summary>Members that had been taken out came back.</summary>
    internal void Returned(ImmutableArray<MemberKey> members) => Moved(members, -1);

    /// <summary>Members are out without being asked about: they were withheld until now, or had no verdict before.</summary>
    internal void TakenOut(ImmutableArray<MemberKey> members) => Moved(members, 1);

    internal void Freeze(string reason, DateTimeOffset now)
    {
        Reason ??= reason;
        Since ??= now;
    }

    /// <summary>Closes the breaker. What was removed before no longer counts: a person has looked at it.</summary>
    internal void Thaw()
    {
        (Reason, Since, _removed) = (null, null, 0);
        _removals.Clear();
    }

    private string? FindExcess(ImmutableArray<MemberKey> members, DateTimeOffset now)
    {
        while (_removals.TryPeek(out (DateTimeOffset At, int Members) oldest) && now - oldest.At > _rules.Within)
        {
            _removed -= _removals.Dequeue().Members;
        }

        int all = _siteOf.Count;
        int removed = _removed + members.Length;
        if (all >= _rules.MinMembers && _rules.MaxMembersPercent < 100 && removed * 100L > (long)all * _rules.MaxMembersPercent)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{removed} of {all} checked members would be out within {DurationText.Format(_rules.Within)}; {_rules.MaxMembersPercent} % may");
        }

        int? most = _rules.MaxSitesOut ?? (all >= _rules.MinMembers ? DefaultSitesOut : null);
        return most is { } bound ? FindExcessOfSites(members, bound) : null;
    }

    // Half of the sites, as of the members: what takes out more of them is no failure of sites.
    private int DefaultSitesOut => Math.Max(1, _sites.Count(site => site.Key.Length > 0 && site.Value.Members > 0) / 2);

    private string? FindExcessOfSites(ImmutableArray<MemberKey> members, int most)
    {
        Moved(members, 1);
        List<string> sites =
        [
            .. _sites.Where(site => site.Key.Length > 0 && site.Value.Members > 0 && site.Value.Out >= site.Value.Members)
                .Select(site => site.Key)
                .Order(StringComparer.Ordinal),
        ];
        Moved(members, -1);
        return sites.Count <= most ? null : string.Create(
            CultureInfo.InvariantCulture, $"{sites.Count} sites would be out ({string.Join(", ", sites)}); {most} may");
    }

    private void Moved(ImmutableArray<MemberKey> members, int by)
    {
        foreach (MemberKey member in members)
        {
            CountOf(member).Out += by;
        }
    }

    private ref SiteCount CountOf(MemberKey member) =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(_sites, _siteOf.GetValueOrDefault(member, NoSite), out _);

    private struct SiteCount
    {
        internal int Members;
        internal int Out;
    }
}
