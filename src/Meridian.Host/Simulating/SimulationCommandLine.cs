using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Control.Simulating;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Host.Serving;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Host.Simulating;

/// <summary>From what <c>simulate</c> is told to what it prints.</summary>
internal static class SimulationCommandLine
{
    public static int Run(SimulationArguments arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (Prepare(arguments, error) is not { } input)
        {
            return ExitCodes.Failure;
        }
        if (arguments.Sweep is { } sweep)
        {
            return RunSweep(sweep, input, output, error, cancellationToken);
        }
        long began = Stopwatch.GetTimestamp();
        SimulationProgress progress = new(error);
        (SimulationResult? result, ImmutableArray<ModelProblem> problems) = SimulationRun.Execute(input, progress, cancellationToken);
        progress.Finish();
        if (result is null)
        {
            return Refuse(problems, error);
        }
        output.WriteLine((arguments.AsJson ? ResultJson.Render(result) : ResultText.Render(result)).TrimEnd());
        if (arguments.Html is { } file)
        {
            File.WriteAllText(file, ResultHtml.Render(result));
            error.WriteLine($"report: {file}");
        }
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        using Process self = Process.GetCurrentProcess();
        error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{took.TotalSeconds:0.0} s on {input.Workers} threads, {result.Authority.Queries / Math.Max(0.001, took.TotalSeconds) / 1e6:0.00} million answers/s, at most {self.PeakWorkingSet64 >> 20} MiB"));
        return ExitCodes.Success;
    }

    /// <summary>The policy that steers what is simulated; null, told, when nothing does.</summary>
    public static string? PolicyOf(SimulationInput input, TextWriter error)
    {
        string? policy = input.Model.Zones.Values.SelectMany(zone => zone.RRsets.Kept)
            .FirstOrDefault(rrset => rrset.Owner == input.Name && rrset.Type == input.Type)?.Steering?.Policy;
        if (policy is null)
        {
            error.WriteLine($"{input.Name} is not steered: its answers never change, whatever its TTL");
        }
        return policy;
    }

    /// <summary>Tells what is wrong with a model that a scenario made.</summary>
    public static int Refuse(ImmutableArray<ModelProblem> problems, TextWriter error)
    {
        error.WriteLine(string.Join('\n', problems.Select(problem => $"{problem.Path}: {problem.Message}")));
        return ExitCodes.Failure;
    }

    private static int RunSweep(
        string written, SimulationInput input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (SweepArgument.Parse(written, out string problem) is not { } sweep)
        {
            error.WriteLine(problem);
            return ExitCodes.Failure;
        }
        string? policy = sweep.Key is SweepKey.Ttl or SweepKey.Jitter ? PolicyOf(input, error) : "";
        if (policy is null)
        {
            return ExitCodes.Failure;
        }
        SimulationProgress progress = new(error);
        (ImmutableArray<SweepRow> rows, ImmutableArray<ModelProblem> problems) =
            Sweep.Execute(input, sweep.Key, policy, sweep.Values, progress, cancellationToken);
        progress.Finish();
        if (rows.IsEmpty)
        {
            return Refuse(problems, error);
        }
        output.Write(SweepText.Render(sweep.Key, rows));
        return ExitCodes.Success;
    }

    /// <summary>Reads everything; null, with all that is wrong told, when something is.</summary>
    public static SimulationInput? Prepare(SimulationArguments arguments, TextWriter error)
    {
        DiskConfigurationFiles files = new();
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(TimeProvider.System);
        LoadResult loaded = new ConfigurationLoader(files, options).Load(arguments.Path);
        ConfigurationCompiler compiler = new(PlaceDatabaseCache.CreateDefault());
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) = compiler.Compile(loaded, revision, null);
        SimulationFiles simulation = new(files, options);
        (PopulationModel? population, ImmutableArray<ConfigurationError> inPopulation) =
            arguments.Population is { } crowd ? simulation.ReadPopulation(crowd) : (new PopulationModel(), []);
        (Scenario? scenario, ImmutableArray<ConfigurationError> inScenario) =
            arguments.Scenario is { } happenings && loaded.Model is not null ? simulation.ReadScenario(happenings, loaded) : (new Scenario(), []);
        if (snapshot is null || population is null || scenario is null)
        {
            error.WriteLine(string.Join('\n', errors.Concat(inPopulation).Concat(inScenario)));
            return null;
        }
        if (!RecordTypes.TryParse(arguments.Type, out RecordType type) || type is not (RecordType.A or RecordType.AAAA or RecordType.CNAME))
        {
            error.WriteLine($"'{arguments.Type}' cannot be simulated: expected A, AAAA or CNAME");
            return null;
        }
        if (FindName(arguments.Name, type, snapshot.Model, error) is not { } name)
        {
            return null;
        }
        return new SimulationInput
        {
            Model = snapshot.Model,
            Places = snapshot.Places,
            Limits = ServerComposition.LimitsOf(snapshot.Model),
            Name = name,
            Type = type,
            Population = population,
            Events = scenario.Events,
            Duration = scenario.Duration,
            Start = scenario.Start,
            StartsInStep = scenario.StartsInStep,
            Seed = arguments.Seed,
            Workers = Environment.ProcessorCount,
        };
    }

    private static DomainName? FindName(string? written, RecordType type, MeridianModel model, TextWriter error)
    {
        IEnumerable<RRsetModel> steered = model.Zones.Values.SelectMany(zone => zone.RRsets.Kept)
            .Where(rrset => rrset.Steering is not null && rrset.Type == type);
        if (written is null)
        {
            DomainName? first = steered.FirstOrDefault()?.Owner;
            if (first is null)
            {
                error.WriteLine($"no {type} record of this configuration is steered: say which name with --name");
            }
            return first;
        }
        DomainNameError problem = DomainName.TryParse(written, DomainName.Root, out DomainName? name);
        if (problem != DomainNameError.None)
        {
            error.WriteLine($"'{written}': {problem.Describe()}");
        }
        return name;
    }
}
