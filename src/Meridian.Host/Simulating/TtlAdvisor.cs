using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Host.Simulating;

/// <summary>From what <c>ttl advise</c> is told to what it prints.</summary>
internal static class TtlAdvisor
{
    // A tenth of the default population says the same; its totals are scaled up again.
    private const int ResolversSimulated = 10_000;

    private const double FailureAt = 600;
    private const double LookedOn = 4_500;

    private static readonly double[] Ttls = [10, 20, 30, 60, 120, 300, 600, 1_800, 3_600];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static int Run(
        SimulationArguments arguments, string? site, string? target, IReadOnlyDictionary<string, double>? observed,
        TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        TimeSpan? within = null;
        if (target is not null)
        {
            if (!DurationText.TryParse(target, out TimeSpan parsed))
            {
                error.WriteLine($"'{target}' is not a duration: write it as 90s or 2m");
                return ExitCodes.Failure;
            }
            within = parsed;
        }
        if (SimulationCommandLine.Prepare(arguments, error) is not { } input || SimulationCommandLine.PolicyOf(input, error) is not { } policy)
        {
            return ExitCodes.Failure;
        }
        double? rate = null;
        if (observed is not null && (rate = observed.GetValueOrDefault(input.Name.ToString())) <= 0)
        {
            error.WriteLine($"no query for {input.Name} was observed in the last hour");
            return ExitCodes.Failure;
        }
        uint present = PresentTtl(input, policy);
        double scale = Math.Max(1, (double)input.Population.Resolvers / ResolversSimulated);
        input = input with
        {
            Population = Scaled(input.Population, scale),
            Duration = TimeSpan.FromSeconds(FailureAt + LookedOn),
        };
        if (FailingSite(input, site, error) is not { } failing)
        {
            return ExitCodes.Failure;
        }
        Failure failure = new(FailureAt, new Subject(SubjectKind.Site, failing), null, IsSilent: true);
        SimulationProgress progress = new(error);
        (ImmutableArray<SweepRow> rows, ImmutableArray<ModelProblem> problems) =
            Sweep.Execute(
                input with { Events = [failure] }, SweepKey.Ttl, policy, rate is null || Ttls.Contains(present) ? Ttls : [.. Ttls.Append(present).Order()],
                progress, cancellationToken);
        progress.Finish();
        if (rows.IsEmpty)
        {
            return SimulationCommandLine.Refuse(problems, error);
        }
        if (rate is { } seen)
        {
            // The population is taken to be as many times larger as its load is.
            scale = seen / Math.Max(1e-9, rows.First(row => (uint)row.Value == present).Result.Authority.MeanPerSecond);
        }
        TtlAdvice advice = TtlAdvice.Of(rows, scale, within?.TotalSeconds) with { ObservedPerSecond = rate, PresentTtlSeconds = rate is null ? null : present };
        output.WriteLine((arguments.AsJson
            ? JsonSerializer.Serialize(advice, Json)
            : TtlAdviceText.Render(advice, input.Name.ToString(), $"site {failing} fails silently", LookedOn)).TrimEnd());
        return ExitCodes.Success;
    }

    private static uint PresentTtl(SimulationInput input, string policy) => input.Model.Zones.Values
        .SelectMany(zone => zone.RRsets.Where(rrset => rrset.Owner == input.Name && rrset.Type == input.Type)
            .Select(rrset => rrset.TtlSeconds ?? input.Model.Policies[policy].TtlSeconds ?? zone.DefaultTtlSeconds))
        .FirstOrDefault();

    private static PopulationModel Scaled(PopulationModel population, double scale) => population with
    {
        Clients = (long)(population.Clients / scale),
        Resolvers = (int)(population.Resolvers / scale),
        ClientsPerCache = Math.Max(1, (long)(population.ClientsPerCache / scale)),
    };

    /// <summary>The site that is named, or the one that most traffic goes to in a short look.</summary>
    private static string? FailingSite(SimulationInput input, string? named, TextWriter error)
    {
        if (named is not null)
        {
            if (input.Model.Sites.ContainsKey(named))
            {
                return named;
            }
            error.WriteLine($"there is no site '{named}': expected one of {string.Join(", ", input.Model.Sites.Keys)}");
            return null;
        }
        SimulationResult? look = SimulationRun.Execute(input with { Duration = TimeSpan.FromSeconds(60) }, null, CancellationToken.None).Result;
        string? most = look?.Targets.Where(target => input.Model.Sites.ContainsKey(target.Site))
            .GroupBy(target => target.Site).MaxBy(group => group.Sum(target => target.IntendedShare))?.Key;
        if (most is null)
        {
            error.WriteLine("none of the members stands in a site: say where they stand with `site:`, so that one can fail");
        }
        return most;
    }
}
