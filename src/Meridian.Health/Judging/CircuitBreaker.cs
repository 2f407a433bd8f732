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

    // Percent: what sums of fractions are off by is no excess.
    private const double Remainder = 1e-6;

    private readonly RemovalWindow _window = new();
    private readonly Dictionary<string, SiteCount> _sites = new(StringComparer.Ordinal);
    private Dictionary<MemberKey, string> _siteOf = [];
    private BreakerModel _rules = new();

    /// <summary>Why nothing is taken out; null when the breaker is closed.</summary>
    internal string? Reason { get; private set; }

    internal DateTimeOffset? Since { get; private set; }

    /// <summary>Where clients are sent, as far as that was observed; null for not at all.</summary>
    internal ObservedTraffic? Traffic { get; set; }

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

        _window.Add(now, members.Length, ShareOf(members));
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
        (Reason, Since) = (null, null);
        _window.Clear();
    }

    /// <summary>In words, what the breaker counts at present, and how far that has come.</summary>
    internal string Measure(DateTimeOffset now)
    {
        _window.Forget(now - _rules.Within);
        string within = DurationText.Format(_rules.Within);
        return _rules.MaxTrafficPercent is { } most && WeighedBy(now) is { } traffic
            ? string.Create(CultureInfo.InvariantCulture, $"by {Words(traffic)}: {_window.Share * 100:0.#} % moved within {within}; {most} % may")
            : string.Create(CultureInfo.InvariantCulture, $"by members: {_window.Members} of {_siteOf.Count} taken out within {within}; {_rules.MaxMembersPercent} % may")
                + WhyNotByTraffic(now);
    }

    private string? FindExcess(ImmutableArray<MemberKey> members, DateTimeOffset now)
    {
        _window.Forget(now - _rules.Within);
        int all = _siteOf.Count;
        string? excess = _rules.MaxTrafficPercent is { } most && WeighedBy(now) is { } traffic
            ? FindExcessOfTraffic(traffic, members, most)
            : FindExcessOfMembers(members, all) is { } found ? found + WhyNotByTraffic(now) : null;
        if (excess is not null)
        {
            return excess;
        }

        int? mostSites = _rules.MaxSitesOut ?? (all >= _rules.MinMembers ? DefaultSitesOut : null);
        return mostSites is { } bound ? FindExcessOfSites(members, bound) : null;
    }

    private string? FindExcessOfMembers(ImmutableArray<MemberKey> members, int all)
    {
        int removed = _window.Members + members.Length;
        return all >= _rules.MinMembers && _rules.MaxMembersPercent < 100 && removed * 100L > (long)all * _rules.MaxMembersPercent
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{removed} of {all} checked members would be out within {DurationText.Format(_rules.Within)}; {_rules.MaxMembersPercent} % may")
            : null;
    }

    private string? FindExcessOfTraffic(ObservedTraffic traffic, ImmutableArray<MemberKey> members, int most)
    {
        double own = ShareOf(members);
        double moved = _window.Share + own;

        // What nobody is sent to moves nobody, whatever was moved before it.
        return most < 100 && own > 0 && moved * 100 > most + Remainder
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{moved * 100:0.#} % of the clients would be moved within {DurationText.Format(_rules.Within)}, by {Words(traffic)}; {most} % may")
            : null;
    }

    private ObservedTraffic? WeighedBy(DateTimeOffset now) => Traffic is { } traffic && traffic.IsOfUse(now) ? traffic : null;

    private static string Words(ObservedTraffic traffic) => string.Create(
        CultureInfo.InvariantCulture, $"the traffic that was observed ({traffic.Queries:#,0} queries within {DurationText.Format(traffic.Window)})");

    /// <summary>Said wherever members are counted although the rules ask for traffic.</summary>
    private string WhyNotByTraffic(DateTimeOffset now) => (_rules.MaxTrafficPercent, Traffic) switch
    {
        (null, _) => "",
        (_, { } traffic) when now - traffic.At <= ObservedTraffic.MaxAge => string.Create(
            CultureInfo.InvariantCulture,
            $" (too little traffic was observed to go by it: {traffic.Queries:#,0} queries within {DurationText.Format(traffic.Window)}, {ObservedTraffic.QueriesMin} are needed)"),
        _ => " (no traffic was observed to go by)",
    };

    private double ShareOf(ImmutableArray<MemberKey> members)
    {
        double share = 0;
        foreach (MemberKey member in members)
        {
            share += Traffic?.Shares.GetValueOrDefault(member) ?? 0;
        }

        return share;
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
