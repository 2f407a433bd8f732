using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Results;

/// <summary>Turns what was counted into what is to be known.</summary>
internal sealed class ResultBuilder(
    SimulationInput input,
    AuthorityState state,
    AnswerCatalog catalog,
    TrafficSeries series,
    IReadOnlyList<IntendedShares> intended,
    IReadOnlyList<EventSpan> events)
{
    // What a start in step asks at once is not what comes back when its answers expire.
    private const int StartSeconds = 10;

    private static readonly double[] MovedShares = [0.5, 0.95, 0.99, 0.999];

    private readonly double _duration = input.Duration.TotalSeconds;
    private readonly double _bin = Math.Ceiling(input.Duration.TotalSeconds / series.BinCount);

    public SimulationResult Build(int caches, long asked)
    {
        _ = asked;
        TrafficAccount account = new(input, state, series, _bin);
        account.Fill([
            .. series.Keys
                .Select(key => (key.Epoch, Targets: catalog.Answers[key.Answer], Lookups: series.LookupsOf(key)))
                .OrderBy(answer => answer.Epoch)
                .ThenBy(answer => string.Join(' ', answer.Targets), StringComparer.Ordinal),
        ]);
        return new SimulationResult
        {
            Name = input.Name.ToString(),
            Type = input.Type.ToMnemonic(),
            Seed = input.Seed,
            DurationSeconds = _duration,
            BinSeconds = _bin,
            Clients = input.Population.Clients,
            Resolvers = input.Population.Resolvers,
            Caches = caches,
            Authority = LoadOf(0, _duration),
            Targets = TargetsOf(account),
            Events = [.. events.Select((happening, index) => OutcomeOf(happening, index, account))],
            Failed = [.. account.Failed],
            Requests = [.. account.Requests],
        };
    }

    private AuthorityLoad LoadOf(double from, double to)
    {
        int first = (int)from;
        int end = (int)Math.Min(series.Queries.Length, Math.Ceiling(to));
        long sum = 0;
        int peak = first;
        for (int i = first; i < end; i++)
        {
            sum += series.Queries[i];
            peak = series.Queries[i] > series.Queries[peak] ? i : peak;
        }
        long later = 0;
        for (int i = Math.Min(end, first + StartSeconds); i < end; i++)
        {
            later = Math.Max(later, series.Queries[i]);
        }
        double[] perBin = new double[series.BinCount];
        for (int i = 0; i < series.Queries.Length; i++)
        {
            perBin[Math.Min(perBin.Length - 1, (int)(i / _bin))] += series.Queries[i] / _bin;
        }
        return new AuthorityLoad(sum, sum / Math.Max(1, to - from), series.Queries[peak], peak, later, [.. perBin]);
    }

    private ImmutableArray<TargetTraffic> TargetsOf(TrafficAccount account)
    {
        double first = input.Events.IsEmpty ? _duration : input.Events.Min(happening => happening.At);
        int bins = Math.Clamp((int)(first / _bin), 1, series.BinCount);
        Dictionary<string, double[]> meant = MeantByHour();
        Dictionary<string, string> sites = SitesOf();
        return
        [
            .. account.ByTarget
                .Select(pair => ShareStatistics.Of(
                    pair.Key,
                    sites.GetValueOrDefault(pair.Key, "-"),
                    MeantPerBin(meant.GetValueOrDefault(pair.Key), bins),
                    pair.Value,
                    account.Requests,
                    bins,
                    _bin))
                .OrderByDescending(target => target.Series.Sum())
                .ThenBy(target => target.Target, StringComparer.Ordinal),
        ];
    }

    private Dictionary<string, double[]> MeantByHour()
    {
        Dictionary<string, double[]> meant = new(StringComparer.Ordinal);
        foreach ((int answer, double[] byHour) in intended.Take(1).SelectMany(first => first.ByHour))
        {
            ImmutableArray<string> targets = catalog.Answers[answer];
            foreach (string target in targets)
            {
                double[] before = meant.GetValueOrDefault(target) ?? new double[IntendedShares.HoursPerDay];
                meant[target] = [.. before.Zip(byHour, (sum, share) => sum + share / targets.Length)];
            }
        }
        return meant;
    }

    private double[] MeantPerBin(double[]? byHour, int bins)
    {
        double[] meant = new double[bins];
        for (int i = 0; byHour is not null && i < bins; i++)
        {
            meant[i] = byHour[(input.Start + TimeSpan.FromSeconds(i * _bin)).UtcDateTime.Hour];
        }
        return meant;
    }

    private Dictionary<string, string> SitesOf()
    {
        Dictionary<string, string> sites = new(StringComparer.Ordinal);
        foreach (PoolModel pool in state.Model.Pools.Values.Concat(input.Model.Pools.Values))
        {
            foreach (MemberModel member in pool.Members)
            {
                sites[member.Target] = member.Site ?? pool.Site ?? pool.Name;
            }
        }
        return sites;
    }

    private EventOutcome OutcomeOf(EventSpan happening, int index, TrafficAccount account)
    {
        double at = happening.Event.At;
        double end = EndOf(happening.Event, index);
        int first = (int)(at / _bin);
        int last = Math.Clamp((int)(end / _bin), first, series.BinCount);
        double failed = account.Failed.AsSpan(first, last - first).ToArray().Sum();
        double requests = account.Requests.AsSpan(first, last - first).ToArray().Sum();
        return new EventOutcome(
            happening.Event.Description,
            at,
            happening.AnsweredAt - at,
            [.. MovedShares.Select(share => new MovedShare(share, MovedAfter(happening, account, first, last, share)))],
            failed,
            requests > 0 ? failed / requests : 0,
            LoadOf(at, end).PeakPerSecond);
    }

    /// <summary>An event is looked at until the next one, or until it is over.</summary>
    private double EndOf(ScenarioEvent happening, int index)
    {
        double end = input.Events.Where((other, i) => i != index && other.At > happening.At).Select(other => other.At).DefaultIfEmpty(_duration).Min();
        double? length = (happening as Failure)?.For ?? (happening as Drain)?.For;
        return Math.Min(end, happening.At + (length ?? double.PositiveInfinity));
    }

    /// <summary>
    /// When a share has moved: of a failure, when so much less of what went to the dead fails; of any other change, when
    /// so much of the traffic goes by answers that were fetched since.
    /// </summary>
    private double? MovedAfter(EventSpan happening, TrafficAccount account, int first, int last, double share)
    {
        if (happening.AnsweredAt is null || last - first < 2)
        {
            return null;
        }
        double[] left = new double[last - first];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = happening.Event is Failure
                ? account.Failed[first + i] / Math.Max(1e-12, account.Requests[first + i])
                : account.ByEpoch.Where(pair => pair.Key < happening.Epoch).Sum(pair => pair.Value[first + i]) / Math.Max(1e-12, account.Requests[first + i]);
        }
        double before = happening.Event is Failure ? left.Max() : 1;
        if (before == 0)
        {
            return 0;
        }
        int bin = Array.FindLastIndex(left, part => part > before * (1 - share)) + 1;
        return bin == left.Length ? null : (first + bin) * _bin - happening.Event.At;
    }
}
