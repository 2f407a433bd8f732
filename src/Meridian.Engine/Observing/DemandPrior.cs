namespace Meridian.Engine.Observing;

/// <summary>
/// What demands are like here: the median over all that can be read, and how far they are spread. An asker of few waits is
/// drawn towards it, the less the more it has been seen (empirical Bayes, on the logarithm: demands differ by factors).
/// </summary>
/// <param name="Median">Of the logarithm of lookups per second behind one cache.</param>
/// <param name="Spread">Standard deviation of it.</param>
internal readonly record struct DemandPrior(double Median, double Spread)
{
    // 2 to 10 waits: a median of chance says nothing.
    private const int WaitsMin = 3;

    // Of the logarithm, 0.1 to 5: populations whose resolvers are all alike, and ones in which nothing can be foretold.
    private const double SpreadMin = 0.5;
    private const double SpreadMax = 3;

    // The middle two thirds of a normal distribution end one standard deviation away.
    private const double LowQuantile = 0.16;
    private const double HighQuantile = 0.84;

    // One lookup in ten seconds: what a cache with some hundred clients has, for want of anything better.
    private const double Unknown = -2.3;

    /// <summary>Reads what many have in common.</summary>
    public static DemandPrior Of(IEnumerable<DemandEvidence> all)
    {
        double[] logs = [.. all.Where(evidence => evidence.Waits >= WaitsMin).Select(evidence => Math.Log(evidence.Demand)).Order()];
        if (logs.Length == 0)
        {
            return new DemandPrior(Unknown, SpreadMax);
        }
        double spread = (logs[(int)((logs.Length - 1) * HighQuantile)] - logs[(int)((logs.Length - 1) * LowQuantile)]) / 2;
        return new DemandPrior(logs[logs.Length / 2], Math.Clamp(spread, SpreadMin, SpreadMax));
    }

    /// <summary>The demand behind an asker: each question that came stands for the lookups that its caches answered meanwhile.</summary>
    public Demand Judge(in DemandEvidence evidence)
    {
        double known = 1 / (Spread * Spread);
        double log = evidence.Waits == 0
            ? Median
            : ((evidence.Waits * Math.Log(evidence.Demand)) + (known * Median)) / (evidence.Waits + known);
        double ofOne = Math.Exp(log);
        double hidden = ofOne * evidence.Life;
        return new Demand(
            evidence.Queries * (1 + hidden),
            evidence.Waits == 0 ? ErrorOfUnknown(hidden, evidence.Questions) : ErrorOf(in evidence, known),
            evidence.Queries,
            Math.Max(1, evidence.Queries * (evidence.Life + (1 / ofOne))),
            evidence.Waits,
            evidence.Waits > 0 && evidence.Demand >= CacheClocks.DemandMax);
    }

    /// <summary>The mean of n exponential waits is uncertain by a part in √n, and with it the rate of the questions.</summary>
    private static double ErrorOf(in DemandEvidence evidence, double known) =>
        Math.Sqrt((1 / (evidence.Waits + known)) + (evidence.ClockError * evidence.ClockError));

    /// <summary>What the caches answered is as uncertain as others differ; what came here was counted.</summary>
    private double ErrorOfUnknown(double hidden, int questions)
    {
        double ofHidden = hidden / (1 + hidden) * Spread;
        double ofQueries = 1 / (1 + hidden) / Math.Sqrt(questions);
        return Math.Sqrt((ofHidden * ofHidden) + (ofQueries * ofQueries));
    }
}
