namespace Meridian.Benchmarks;

/// <summary>
/// CPU time of the seam per answer. Coarser than BenchmarkDotNet's figures, which are taken from the wall clock and mean
/// nothing while others use the machine; this one only counts what this process used.
/// </summary>
internal static class CpuTimes
{
    private const int Answers = 1_000_000;
    private const int WarmUpRounds = 3;
    private const int Rounds = 7;

    /// <summary>Writes the lowest of a few rounds, the one least disturbed; returns the exit code.</summary>
    public static int Write(TextWriter output)
    {
        AnswerBenchmarks benchmarks = new();
        benchmarks.CheckAnswers();
        ViewBenchmarks views = new();
        views.CheckAnswers();
        foreach ((string name, Func<int> answer) in new (string, Func<int>)[]
        {
            ("static", benchmarks.Static),
            ("static, EDNS", benchmarks.StaticEdns),
            ("NXDOMAIN", benchmarks.NxDomain),
            ("wildcard", benchmarks.Wildcard),
            ("referral", benchmarks.Referral),
            ("steered, five nodes", benchmarks.SteeredFiveNodes),
            ("steered, five nodes, client subnet", benchmarks.SteeredFiveNodesClientSubnet),
            ("the same, assigned by resolver", benchmarks.AssignedFiveNodesClientSubnet),
            ("static, 100 views, client of none", views.OfNoView),
            ("static, 100 views, client of one", views.OfAViewPublicZone),
            ("static, 100 views, in its own zone", views.OfAViewItsZone),
        })
        {
            double lowest = double.MaxValue;
            for (int round = 0; round < WarmUpRounds + Rounds; round++)
            {
                double nanoseconds = Measure(answer);
                lowest = round < WarmUpRounds ? lowest : Math.Min(lowest, nanoseconds);
            }

            output.WriteLine($"{name,-36} {lowest,7:0.0} ns");
        }

        return 0;
    }

    private static double Measure(Func<int> answer)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int count = 0; count < Answers; count++)
        {
            answer();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / Answers;
    }
}
