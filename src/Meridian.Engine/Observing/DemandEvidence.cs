namespace Meridian.Engine.Observing;

/// <summary>What the times of one asker's questions tell of the demand behind it, by themselves.</summary>
/// <param name="Questions">How many were looked at.</param>
/// <param name="Queries">Per second.</param>
/// <param name="Life">How long an answer lives in its caches, in seconds.</param>
/// <param name="Waits">Waits after expiry; 0 when there are none that could be read.</param>
/// <param name="Demand">Lookups per second behind one cache; meaningful with <paramref name="Waits"/>.</param>
/// <param name="ClockError">Relative error of it that does not become less by waiting: clocks of caches count whole seconds.</param>
internal readonly record struct DemandEvidence(int Questions, double Queries, double Life, int Waits, double Demand, double ClockError)
{
    private const double MillisecondsPerSecond = 1000;

    // 2 to 10 gaps: who has been silent for longer has gone, or asks less than before.
    private const double SilentGaps = 4;

    /// <summary>Reads the questions of one asker for one name.</summary>
    /// <param name="questions">In the order of their times.</param>
    /// <param name="now">In the same milliseconds.</param>
    /// <param name="evidence">What they tell.</param>
    /// <returns>False for less than two questions.</returns>
    public static bool TryRead(DemandSeries.Question[] questions, long now, out DemandEvidence evidence)
    {
        evidence = default;
        if (questions.Length < 2 || questions[^1].Time <= questions[0].Time)
        {
            return false;
        }
        double span = (questions[^1].Time - questions[0].Time) / MillisecondsPerSecond;
        double life = questions.Average(question => question.Ttl);
        double counted = questions.Skip(1).Sum(question => question.Weight);
        double silence = (now - questions[^1].Time) / MillisecondsPerSecond;
        bool isSilent = silence > (SilentGaps * span / (questions.Length - 1)) + life;
        double rate = isSilent ? counted / (span + silence) : counted / span;
        if (Array.Exists(questions, question => question.Weight > 1))
        {
            // Others came between that are not known: there are no gaps to look at.
            evidence = new DemandEvidence(questions.Length, rate, life, 0, 0, 0);
            return true;
        }
        double[] times = [.. questions.Select(question => (question.Time - questions[0].Time) / MillisecondsPerSecond)];
        CacheWait[] waits = CacheWaits.Of(times, [.. questions.Select(question => (double)question.Ttl)], ref life);
        double clockError = 0;
        double demand = waits.Length == 0 ? 0 : CacheClocks.DemandOf(waits, out clockError);
        evidence = new DemandEvidence(questions.Length, rate, life, waits.Length, demand, clockError);
        return true;
    }
}
