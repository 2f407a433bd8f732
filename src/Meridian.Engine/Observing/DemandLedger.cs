namespace Meridian.Engine.Observing;

/// <summary>
/// The latest questions of each asker, for a bounded number of askers (who has not asked for longest goes first), and what
/// they tell of the demand behind them. Not for several threads at once.
/// </summary>
/// <typeparam name="TAsker">What tells askers apart: a resolver, the client network that it names, a name, a type.</typeparam>
public sealed class DemandLedger<TAsker>
    where TAsker : notnull
{
    /// <summary>1,000 to 1,000,000 askers while nothing is decided by them: the busiest ones of a minute, for people.</summary>
    public const int FewAskers = 16_384;

    /// <summary>
    /// The same while resolvers are assigned. All that ask within a few TTLs must find room, or none of them is seen to ask
    /// again; 200 octets for one that asks now and then, 700 for a busy one.
    /// </summary>
    public const int ManyAskers = 131_072;

    private readonly Dictionary<TAsker, DemandSeries> _series = [];

    /// <summary>Askers that are kept.</summary>
    public int Limit { get; set; } = FewAskers;

    /// <summary>Notes a question down.</summary>
    /// <param name="asker">Who asked.</param>
    /// <param name="unixMilliseconds">When.</param>
    /// <param name="ttl">What the answer said, in seconds; one of 0 is not kept by anybody.</param>
    /// <param name="weight">How many questions it stands for.</param>
    public void Add(TAsker asker, long unixMilliseconds, int ttl, byte weight)
    {
        if (!_series.TryGetValue(asker, out DemandSeries? series))
        {
            if (_series.Count >= Limit)
            {
                Shrink();
            }
            _series.Add(asker, series = new DemandSeries());
        }
        series.Add(unixMilliseconds, ttl, weight);
    }

    public void Clear() => _series.Clear();

    /// <summary>Estimates the demand behind everybody who asked twice at least.</summary>
    /// <param name="now">In milliseconds since 1970.</param>
    public List<KeyValuePair<TAsker, Demand>> Estimate(long now)
    {
        List<(TAsker Asker, DemandEvidence Evidence)> read = new(_series.Count);
        foreach ((TAsker asker, DemandSeries series) in _series)
        {
            if (DemandEvidence.TryRead(series.Latest(), now, out DemandEvidence evidence))
            {
                read.Add((asker, evidence));
            }
        }
        DemandPrior prior = DemandPrior.Of(read.Select(pair => pair.Evidence));
        return [.. read.Select(pair => KeyValuePair.Create(pair.Asker, prior.Judge(pair.Evidence)))];
    }

    private void Shrink()
    {
        foreach (TAsker asker in _series.OrderBy(pair => pair.Value.Last).Take(Limit / 4).Select(pair => pair.Key).ToList())
        {
            _series.Remove(asker);
        }
    }
}
