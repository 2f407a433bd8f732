using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Diffing;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>The gate between a person's mistake and the world: compares what a change would do with what its zones allow.</summary>
/// <param name="verdicts">What the health checks say now; null when nothing checks.</param>
/// <param name="volumes">What was asked lately; null when nobody counts.</param>
internal sealed class ChangeGuard(IVerdictSource? verdicts, IObservedVolumes? volumes)
{
    // 1 to 1,000. Below it, one edit is a large share of a small zone, and says nothing.
    private const int ChangedRecordsMin = 10;

    // 1 min to 1 day. Whatever it was before, an hour is waited out.
    private const uint HarmlessTtlSeconds = 3600;

    private const int CountriesShown = 10;

    // Shares are sums of thousands of parts: exactly half must not count as more than half.
    private const double Rounding = 1e-6;

    /// <summary>Everything that goes too far.</summary>
    /// <param name="served">What is served.</param>
    /// <param name="candidate">What would be.</param>
    /// <param name="clients">The difference for clients.</param>
    public ImmutableArray<GuardFinding> Check(DataPlaneSnapshot served, DataPlaneSnapshot candidate, ImmutableArray<NameChange> clients)
    {
        MeridianModel before = served.Model;
        MeridianModel after = candidate.Model;
        IReadOnlyDictionary<ZoneKey, ObservedShare> observed = Observed(served, candidate);
        ImmutableArray<GuardFinding>.Builder findings = ImmutableArray.CreateBuilder<GuardFinding>();
        findings.AddRange(new VisibilityChange(before, after).Findings());
        foreach (NameChange change in clients)
        {
            CheckClients(before, after, change, findings);
        }
        if (after.Guard.KeepsPoolMinimum && !ReferenceEquals(before.Pools, after.Pools))
        {
            CheckPools(before, after, findings);
        }
        foreach (ZoneModel zone in before.Zones.Values)
        {
            ZoneModel? next = after.Zones.GetValueOrDefault(zone.Key);
            if (!ReferenceEquals(zone, next) || !ReferenceEquals(before.Policies, after.Policies))
            {
                CheckZone(before, after, zone, next, findings);
            }
            double limit = LimitsOf(before, zone).Queries;
            if (observed.TryGetValue(zone.Key, out ObservedShare share) && share.Altered > limit)
            {
                findings.Add(Finding(
                    GuardRule.Queries,
                    zone,
                    string.Create(CultureInfo.InvariantCulture, $"{Percent(share.Altered)} of its {share.Queries:0} observed queries would get other answers; the limit is {Percent(limit)}")));
            }
        }
        return findings.ToImmutable();
    }

    /// <summary>The zones whose limit of observed queries could not be looked at, in words.</summary>
    public ImmutableArray<string> Unobserved(DataPlaneSnapshot served, DataPlaneSnapshot candidate)
    {
        IReadOnlyDictionary<ZoneKey, ObservedShare> observed = Observed(served, candidate);
        return
        [
            .. ZonesLimitedByQueries(served.Model, candidate.Model).Where(zone => !observed.ContainsKey(zone.Key))
                .Select(zone => $"the guard's limit of observed queries was not looked at for {NameOf(zone)}: too few of its queries have been observed"),
        ];
    }

    private IReadOnlyDictionary<ZoneKey, ObservedShare> Observed(DataPlaneSnapshot served, DataPlaneSnapshot candidate) =>
        volumes is not null && ZonesLimitedByQueries(served.Model, candidate.Model).Any()
            ? volumes.SharesOf(served, candidate)
            : FrozenDictionary<ZoneKey, ObservedShare>.Empty;

    /// <summary>Zones that a change may alter answers of, and that have a limit for it.</summary>
    private static IEnumerable<ZoneModel> ZonesLimitedByQueries(MeridianModel before, MeridianModel after)
    {
        bool steersAlike = ReferenceEquals(before.Policies, after.Policies) && ReferenceEquals(before.Pools, after.Pools)
            && ReferenceEquals(before.Sites, after.Sites) && before.Geo == after.Geo && before.Latency == after.Latency;
        bool seesAlike = SeesAlike(before, after);
        return before.Zones.Values.Where(zone => LimitsOf(before, zone).Queries < 1
            && (!steersAlike || !seesAlike || !ReferenceEquals(zone, after.Zones.GetValueOrDefault(zone.Key))));
    }

    /// <summary>Whether every client sees the zones that it saw: a new one for a view takes the place of another's answers.</summary>
    private static bool SeesAlike(MeridianModel before, MeridianModel after) =>
        (before.Views.IsEmpty && after.Views.IsEmpty)
        || (ReferenceEquals(before.Views, after.Views)
            && PrivateZones(before).SequenceEqual(PrivateZones(after)));

    private static IEnumerable<(ZoneKey, ModelList<string>)> PrivateZones(MeridianModel model) =>
        model.Zones.Values.Where(zone => zone.IsPrivate).Select(zone => (zone.Key, zone.Views));

    /// <summary>What a zone allows.</summary>
    private static GuardModel LimitsOf(MeridianModel model, ZoneModel zone) => zone.Guard ?? model.Guard;

    private static void CheckClients(MeridianModel before, MeridianModel after, NameChange change, ImmutableArray<GuardFinding>.Builder findings)
    {
        // What was not steered before, nobody got a steered answer for.
        if (change.PolicyBefore is null || change.Zone is not { } key || before.Zones.GetValueOrDefault(key) is not { } zone)
        {
            return;
        }
        // The limits of before: those that a change brings along do not excuse it.
        GuardModel limits = LimitsOf(before, zone);
        // As the plan says: with everything up, and so that a weight that moves a little is a small change for everybody.
        double share = Math.Max(change.Changes.Sum(part => part.ShareOfIPv4 * part.Moved), change.Changes.Sum(part => part.ShareOfIPv6 * part.Moved));
        if (share > limits.Clients + Rounding)
        {
            findings.Add(Finding(
                GuardRule.Clients, zone, $"{Percent(share)} of the client space would get other answers for {change.Name}; the limit is {Percent(limits.Clients)}"));
        }
        // A name that becomes static is answered for everybody.
        if (!limits.KeepsGeographies || (change.PolicyAfter is null && IsAnswered(after, zone.Key, change)))
        {
            return;
        }
        ImmutableArray<CountryShare> lost =
        [
            .. change.Changes.Where(part => part.Kind == ClientChangeKind.None)
                .SelectMany(part => part.Countries)
                .GroupBy(country => country.Country, (code, parts) => new CountryShare(code, parts.Sum(part => part.Share)))
                .OrderByDescending(country => country.Share).ThenBy(country => country.Country, StringComparer.Ordinal),
        ];
        if (!lost.IsEmpty)
        {
            string names = string.Join(", ", lost.Take(CountriesShown).Select(country => NameOf(country.Country)));
            string more = lost.Length > CountriesShown ? $" and {lost.Length - CountriesShown} more countries" : "";
            findings.Add(new GuardFinding(
                GuardRule.LostGeography,
                NameOf(zone),
                $"clients in {names}{more} would be left without any answer for {change.Name}",
                [.. lost.Select(country => country.Country)]));
        }
    }

    private void CheckPools(MeridianModel before, MeridianModel after, ImmutableArray<GuardFinding>.Builder findings)
    {
        foreach (PoolModel pool in after.Pools.Values)
        {
            int available = CountAvailable(pool, after);
            bool wasAbove = !before.Pools.TryGetValue(pool.Name, out PoolModel? old) || CountAvailable(old, before) >= old.MinHealthy;
            if (available < pool.MinHealthy && wasAbove && old != pool)
            {
                findings.Add(new GuardFinding(
                    GuardRule.PoolMinimum,
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"the pool {pool.Name} would have {available} members that can answer; it needs {pool.MinHealthy}"),
                    []));
            }
        }
    }

    private static void CheckZone(MeridianModel before, MeridianModel after, ZoneModel zone, ZoneModel? next, ImmutableArray<GuardFinding>.Builder findings)
    {
        GuardModel limits = LimitsOf(before, zone);
        // What holds for every record set of the zone may have changed; otherwise only those that say something else can have.
        bool isWhole = next is not null && (zone.DefaultTtlSeconds != next.DefaultTtlSeconds || !ReferenceEquals(before.Policies, after.Policies));
        int changed = 0;
        RRsetModel? worst = null;
        uint worstFrom = 0;
        uint worstTo = 0;
        foreach ((RRsetModel? rrset, RRsetModel? current) in RRsetPairs.Of(zone, next, isWhole))
        {
            if (rrset is null)
            {
                continue;
            }
            if (current is null || !HasSameData(rrset, current))
            {
                changed += rrset.Steering is null ? 1 : 0;
            }
            if (current is null || next is null)
            {
                continue;
            }
            uint from = TtlOf(before, zone, rrset);
            uint to = TtlOf(after, next, current);
            if (to > from && to > HarmlessTtlSeconds && limits.TtlRise > 0 && to > (ulong)from * (ulong)limits.TtlRise && to > worstTo)
            {
                (worst, worstFrom, worstTo) = (rrset, from, to);
            }
        }
        if (worst is not null)
        {
            findings.Add(Finding(
                GuardRule.TtlRise,
                zone,
                string.Create(CultureInfo.InvariantCulture, $"the TTL of {worst.Owner} {worst.Type} would rise from {worstFrom} s to {worstTo} s; the limit is {limits.TtlRise} times: resolvers would keep what cannot be taken back")));
        }
        if (changed > ChangedRecordsMin && zone.RRsets.Length - zone.RRsets.Kept.Count(rrset => rrset.Steering is not null) is var stated && changed > limits.Records * stated)
        {
            findings.Add(Finding(
                GuardRule.Records,
                zone,
                string.Create(CultureInfo.InvariantCulture, $"{changed} of its {stated} static record sets would go or change; the limit is {Percent(limits.Records)}")));
        }
    }

    private int CountAvailable(PoolModel pool, MeridianModel model) => pool.Members.Count(member => member.State switch
    {
        AdminState.ForcedUp => true,
        AdminState.Auto => pool.Monitor is null || !model.Monitors.ContainsKey(pool.Monitor) || verdicts is null
            || verdicts.GetVerdict(new MemberKey(pool.Name, member.Target)).State != HealthState.Down,
        _ => false,
    });

    private static bool HasSameData(RRsetModel left, RRsetModel right) =>
        ReferenceEquals(left, right)
        || (left.Steering?.Policy == right.Steering?.Policy
            && left.Outside == right.Outside
            && left.Rdata.Length == right.Rdata.Length
            && left.Rdata.Zip(right.Rdata).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span)));

    private static uint TtlOf(MeridianModel model, ZoneModel zone, RRsetModel rrset) =>
        rrset.TtlSeconds ?? (rrset.Steering is { } steering ? model.Policies[steering.Policy].TtlSeconds : null) ?? zone.DefaultTtlSeconds;

    private static bool IsAnswered(MeridianModel model, ZoneKey key, NameChange change) =>
        model.Zones.TryGetValue(key, out ZoneModel? zone)
        && zone.RRsets.Any(rrset => rrset.Steering is null && SteeringDiff.IsAbout(change, zone, rrset));

    private static GuardFinding Finding(GuardRule rule, ZoneModel zone, string message) => new(rule, NameOf(zone), message, []);

    private static string NameOf(ZoneModel zone) => Documents.RecordsName.OfZone(zone.Key);

    private static string NameOf(string code) => CountryTable.TryFind(code, out Country country) ? $"{country.Name} ({code})" : code;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.#%}");
}
