namespace Meridian.Simulation.Running;

/// <summary>
/// Lookups over time, by answer and by the epoch in which the answer was fetched. Whole numbers of a small unit, so that
/// sums are the same whatever the order in which caches are simulated. One per worker.
/// </summary>
internal sealed class TrafficSeries
{
    // 2^-24 of a lookup: a billion clients for a day stay far below 2^63.
    private const double Unit = 1 << 24;

    /// <summary>Bins in all; two numbers of eight octets each, 64 MiB.</summary>
    private const int MaxCells = 1 << 22;

    private readonly double _binSeconds;
    private readonly double _duration;
    private readonly Dictionary<(int Epoch, int Answer), Bins> _series = [];

    public TrafficSeries(double duration, double binSeconds)
    {
        _duration = duration;
        _binSeconds = binSeconds;
        BinCount = (int)Math.Ceiling(duration / binSeconds);
        Queries = new long[(int)Math.Ceiling(duration) + 1];
    }

    public int BinCount { get; }

    /// <summary>Questions to the authority in each second.</summary>
    public long[] Queries { get; }

    /// <summary>Answers and epochs that were seen, in a stable order.</summary>
    public IEnumerable<(int Epoch, int Answer)> Keys => _series.Keys;

    /// <summary>How wide a bin has to be.</summary>
    /// <param name="duration">Seconds of the run.</param>
    /// <param name="answers">Different answers and epochs that are to be expected.</param>
    public static double BinSecondsFor(double duration, int answers) =>
        Math.Max(1, Math.Ceiling(duration * Math.Max(1, answers) / MaxCells));

    /// <summary>Counts one question to the authority.</summary>
    public void AddQuery(double at)
    {
        if (at >= 0 && at < _duration)
        {
            Queries[(int)at]++;
        }
    }

    /// <summary>Counts lookups at one moment.</summary>
    public void AddAt(int epoch, int answer, double at, double lookups)
    {
        if (at >= 0 && at < _duration)
        {
            BinsOf(epoch, answer).Direct[(int)(at / _binSeconds)] += (long)(lookups * Unit);
        }
    }

    /// <summary>Counts an even stream of lookups.</summary>
    public void AddStream(int epoch, int answer, double from, double to, double perSecond)
    {
        from = Math.Max(from, 0);
        to = Math.Min(to, _duration);
        if (from >= to)
        {
            return;
        }
        Bins bins = BinsOf(epoch, answer);
        int first = (int)(from / _binSeconds);
        int last = (int)(to / _binSeconds);
        long whole = (long)(perSecond * _binSeconds * Unit);
        // Whole bins as a step up and a step down; the broken ones at the ends by what they are short of.
        bins.Direct[first] += (long)(perSecond * ((first + 1) * _binSeconds - from) * Unit);
        bins.Step[first + 1] += whole;
        bins.Step[last] -= whole;
        bins.Direct[last] += (long)(perSecond * (to - last * _binSeconds) * Unit);
    }

    /// <summary>Counts the lookups between two looks of one client.</summary>
    /// <param name="first">The epoch and the answer that it saw first.</param>
    /// <param name="last">And then.</param>
    /// <param name="from">When it looked first.</param>
    /// <param name="to">And then.</param>
    /// <param name="perSecond">The lookups that it stands for.</param>
    public void AddStretch((int Epoch, int Answer) first, (int Epoch, int Answer) last, double from, double to, double perSecond)
    {
        long[] before = BinsOf(first.Epoch, first.Answer).Direct;
        long[] after = BinsOf(last.Epoch, last.Answer).Direct;
        foreach ((int bin, double seconds, double later) in LookStretch.Spread(from, Math.Min(to, _duration), _binSeconds, BinCount))
        {
            long all = (long)(seconds * perSecond * Unit);
            long moved = (long)(all * later);
            before[bin] += all - moved;
            after[bin] += moved;
        }
    }

    /// <summary>Takes in what another worker has counted.</summary>
    public void Merge(TrafficSeries other)
    {
        foreach (((int epoch, int answer), Bins theirs) in other._series)
        {
            Bins ours = BinsOf(epoch, answer);
            for (int i = 0; i < ours.Direct.Length; i++)
            {
                ours.Direct[i] += theirs.Direct[i];
                ours.Step[i] += theirs.Step[i];
            }
        }
        for (int i = 0; i < Queries.Length; i++)
        {
            Queries[i] += other.Queries[i];
        }
    }

    /// <summary>Lookups per bin.</summary>
    public double[] LookupsOf((int Epoch, int Answer) key)
    {
        Bins bins = _series[key];
        double[] lookups = new double[BinCount];
        long level = 0;
        for (int i = 0; i < lookups.Length; i++)
        {
            level += bins.Step[i];
            lookups[i] = Math.Max(0, level + bins.Direct[i]) / Unit;
        }
        return lookups;
    }

    private Bins BinsOf(int epoch, int answer)
    {
        if (!_series.TryGetValue((epoch, answer), out Bins? bins))
        {
            bins = new Bins(new long[BinCount + 2], new long[BinCount + 2]);
            _series.Add((epoch, answer), bins);
        }
        return bins;
    }

    private sealed record Bins(long[] Direct, long[] Step);
}
