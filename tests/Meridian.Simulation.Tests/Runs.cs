using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Dns.Names;
using Meridian.Engine.Geo;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Tests;

/// <summary>Small runs of one steered name over two sites.</summary>
internal static class Runs
{
    public const string Configuration =
        """
        sites: {eu: {}, us: {}}
        monitors: {web: {type: tcp, port: 80, interval: 1s, timeout: 1s, fall: 1, rise: 1}}
        pools:
          eu: {site: eu, monitor: web, members: [{address: 192.0.2.1}]}
          us: {site: us, monitor: web, members: [{address: 192.0.2.2}]}
        policies:
          split: {ttl: 60s, weighted: {eu: 70, us: 30}}
          fair:  {ttl: 60s, weighted: {eu: 70, us: 30}, assign: by-resolver}
          order: {ttl: 60s, failover: [eu, us]}
          both:  {ttl: 60s, multivalue: {of: [eu, us], max: 2}}
        zones:
          example.test:
            soa: {primary: ns1.example.test., contact: hostmaster.example.test., negative-ttl: 30s}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              split: {A: {steer: split}}
              fair: {A: {steer: fair}}
              order: {A: {steer: order}}
              both: {A: {steer: both}}
        """;

    /// <summary>Resolvers that all do as they are told, in front of clients that hold nothing.</summary>
    public static readonly PopulationModel Plain = new()
    {
        Clients = 200_000,
        Resolvers = 500,
        Skew = 0,
        LookupsPerClientAndDay = 100,
        DailySwing = 0,
        SubnetShare = 0,
        ResolverClasses = [new ResolverClass("honour", 1, CacheRule.Honour)],
        ClientClasses = [new ClientClass("none", 1, HoldRule.None)],
    };

    public static SimulationInput Input(string name, PopulationModel population, TimeSpan duration, params ScenarioEvent[] events)
    {
        LoadResult loaded = Load(Configuration);
        return new SimulationInput
        {
            Model = loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Errors)),
            Places = PlaceDatabase.Empty,
            Name = DomainName.Parse($"{name}.example.test."),
            Population = population,
            Duration = duration,
            Events = [.. events],
        };
    }

    public static LoadResult Load(string yaml)
    {
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty
            .Add("main.yaml", Encoding.UTF8.GetBytes(yaml));
        return new ConfigurationLoader(new MemoryConfigurationFiles(files, "main.yaml"), new ConfigurationLoaderOptions()).Load("main.yaml");
    }

    public static SimulationResult Execute(SimulationInput input)
    {
        (SimulationResult? result, ImmutableArray<Engine.Snapshot.ModelProblem> problems) =
            SimulationRun.Execute(input, null, TestContext.Current.CancellationToken);
        Assert.Empty(problems);
        return result!; // There is one when there are no problems.
    }

    public static ScenarioEvent SiteFails(string site, double at, double? length = null) =>
        new Failure(at, new Subject(SubjectKind.Site, site), length, IsSilent: false);

    public static double? SecondsTo(SimulationResult result, double share) =>
        result.Events[0].Moved.Single(moved => moved.Share == share).Seconds;
}
