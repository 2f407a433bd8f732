using System.Collections.Immutable;

namespace Meridian.Control.Observing;

/// <summary>
/// A change of answers, and how far it has come in the caches. At the change, each question of the life before it is an answer
/// in some cache, which ends when its life is over; a question after it ends the oldest one of its asker. So many caches
/// behind one address need not be told apart to know when each of them lets go.
/// </summary>
internal sealed class AnswerChange
{
    /// <summary>What is reported of the way: 50, 95, 99 and 100 %.</summary>
    public static readonly ImmutableArray<double> Marks = [0.5, 0.95, 0.99, 1];

    /// <summary>Which of the marks is 99 %: what one waits for, because the last hundredth may be anybody.</summary>
    public const int AlmostAll = 2;

    // 0 to 0.05 of the volume: as good as nobody.
    private const double Done = 0.002;

    private readonly List<Held> _held = [];
    private readonly double?[] _reached = new double?[Marks.Length];
    private double _all;

    private int _caches;
    private double _unknown;

    /// <param name="at">When, in Unix seconds.</param>
    public AnswerChange(long at) => At = at;

    public long At { get; }

    /// <summary>What changed, in words.</summary>
    public string Description { get; set; } = "";

    /// <summary>The names whose answers changed, the first of them.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The longest TTL that answers of before came with.</summary>
    public int TtlMax { get; private set; }

    /// <summary>Answers in caches that held what was taken away, about.</summary>
    public int Caches => _caches;

    /// <summary>Of askers whose habits are not known yet; they are taken to be honest. 0 to 1.</summary>
    public double Unknown => _all > 0 ? _unknown / _all : 0;

    /// <summary>When the marks were passed, in seconds from the change; null where that is still to come.</summary>
    public ImmutableArray<double?> Reached => [.. _reached];

    public bool IsDone { get; private set; }

    public bool IsEmpty => _held.Count == 0;

    /// <summary>Adds what an asker's caches held when it happened.</summary>
    /// <param name="asker">Who.</param>
    /// <param name="series">Its questions.</param>
    /// <param name="estimate">Its habits.</param>
    /// <param name="affected">The part of the caches with an answer that has to let go of it, 0 to 1.</param>
    public void Add(in Asker asker, AskerSeries series, in CacheEstimate estimate, Func<uint, double> affected)
    {
        (long[] times, uint[] answers) = series.Until(At);
        if (times.Length == 0)
        {
            return;
        }
        double life = estimate.EffectiveTtl;
        int first = estimate.Caches > 1 ? Array.FindIndex(times, time => time + life > At) : times.Length - 1;
        if (first < 0 || times[^1] + estimate.EffectiveTtl <= At)
        {
            return;
        }
        List<double> expiries = [];
        double share = 0;
        for (int i = first; i < times.Length; i++)
        {
            if (affected(answers[i]) is > 0 and { } part)
            {
                expiries.Add(times[i] + estimate.EffectiveTtl - At);
                share += part;
            }
        }
        if (expiries.Count == 0)
        {
            return;
        }
        // A full ring holds fewer questions than there are caches: each stands for several.
        double scale = estimate.Caches > times.Length ? estimate.Caches / times.Length : 1;
        double weight = estimate.Demand * scale * share / expiries.Count;
        bool isMixed = answers.AsSpan(first).IndexOfAnyExcept(answers[first]) >= 0;
        _held.Add(new Held(asker, series, estimate, [.. expiries.Order()], weight, isMixed ? expiries.Count / (double)(times.Length - first) : 1));
        _all += weight * expiries.Count;
        _unknown += estimate.Behaviour == CacheBehaviour.Unknown ? weight * expiries.Count : 0;
        _caches += (int)Math.Round(expiries.Count * scale);
        TtlMax = Math.Max(TtlMax, series.Ttl);
    }

    /// <summary>The part that has let go by now, 0 to 1.</summary>
    public double MovedAt(long now) => _all > 0 ? 1 - (_held.Sum(held => held.Weight * held.LeftAt(now - At, At)) / _all) : 1;

    /// <summary>The part that will have let go some time after the change, as far as lives tell and askers asked until now.</summary>
    public double ForecastAt(double after) => _all > 0 ? 1 - (_held.Sum(held => held.Weight * held.LeftAt(after, At)) / _all) : 1;

    /// <summary>When a part will have let go, in seconds after the change.</summary>
    public double Forecast(double share)
    {
        double[] ends = [.. _held.SelectMany(held => held.Expiries).Append(0).Order()];
        int low = 0;
        int high = ends.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ForecastAt(ends[middle]) >= share - 1e-9 ? (low, middle) : (middle + 1, high);
        }
        return ends[low];
    }

    /// <summary>Notes which marks have been passed.</summary>
    public void Look(long now)
    {
        double moved = MovedAt(now);
        for (int i = 0; i < Marks.Length; i++)
        {
            if (_reached[i] is null && moved >= Marks[i] - (Marks[i] < 1 ? 0 : Done))
            {
                _reached[i] = now - At;
            }
        }
        if (moved >= 1 - Done)
        {
            IsDone = true;
            _held.Clear();
        }
    }

    /// <summary>What is kept of it in the end; null while it goes on.</summary>
    public FinishedChange? Finish() => IsDone
        ? new FinishedChange(
            DateTimeOffset.FromUnixTimeSeconds(At), Description, [.. Names.Take(FinishedChange.NamesMax)], TtlMax, _caches, [.. _reached.Select(reached => reached ?? 0)])
        : null;

    /// <summary>Askers that still hold it, the largest part first, with when the last of theirs ends.</summary>
    public IEnumerable<(Asker Asker, CacheEstimate Estimate, double Share, double Until)> HoldersAt(long now) => _held
        .Select(held => (held.Asker, held.Estimate, Share: held.Weight * held.LeftAt(now - At, At) / _all, Until: held.Expiries[^1]))
        .Where(holder => holder.Share > 0)
        .OrderByDescending(holder => holder.Share);

    /// <param name="Asker">Who.</param>
    /// <param name="Series">Its questions, which go on.</param>
    /// <param name="Estimate">What they said at the change.</param>
    /// <param name="Expiries">Seconds from the change to the end of each answer held, rising.</param>
    /// <param name="Weight">Of each.</param>
    /// <param name="Part">Of the caches behind the asker, those that hold one: others ask too.</param>
    private sealed record Held(Asker Asker, AskerSeries Series, CacheEstimate Estimate, double[] Expiries, double Weight, double Part)
    {
        /// <summary>Answers that are still held.</summary>
        public double LeftAt(double after, long at)
        {
            int asked = (int)Math.Round(Series.CountAfter(at) * Part);
            int expired = 0;
            while (expired < Expiries.Length && Expiries[expired] <= after)
            {
                expired++;
            }
            return Math.Max(0, Expiries.Length - Math.Max(asked, expired));
        }
    }
}
