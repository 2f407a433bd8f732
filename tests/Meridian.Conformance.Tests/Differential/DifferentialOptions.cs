using System.Globalization;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>What a run can be told: <c>make differential QUERIES=… SEED=…</c> sets the variables.</summary>
/// <param name="Queries">How many questions are generated; those that are asked again over TCP come on top.</param>
/// <param name="Seed">Zones and questions follow from it: the same seed asks the same things.</param>
internal sealed record DifferentialOptions(int Queries, int Seed)
{
    private const string QueriesVariable = "MERIDIAN_DIFFERENTIAL_QUERIES";
    private const string SeedVariable = "MERIDIAN_DIFFERENTIAL_SEED";

    public const int ShortQueries = 5_000;
    public const int LongQueries = 100_000;

    /// <summary>Of runs that are not told one.</summary>
    public const int DefaultSeed = 20261120;

    public static int ReadSeed() => Read(SeedVariable, DefaultSeed);

    public static DifferentialOptions Short => new(ShortQueries, ReadSeed());

    public static DifferentialOptions Long => new(Read(QueriesVariable, LongQueries), ReadSeed());

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
