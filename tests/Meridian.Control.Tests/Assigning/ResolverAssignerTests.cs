using System.Text.Json;
using Meridian.Control.Assigning;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Observing;
using Meridian.Engine.Assigning;

namespace Meridian.Control.Tests.Assigning;

/// <summary>From questions through the seam to assignments, with caches that the test plays.</summary>
public sealed class ResolverAssignerTests
{
    private const uint First = 0x0A00_0001;
    private const uint NetworkStep = 0x100;
    private const int Ttl = 30;

    private const string Yaml =
        """
        sites: {eu: {}, us: {}}
        pools:
          eu: {site: eu, members: [{address: 192.0.2.1}]}
          us: {site: us, members: [{address: 198.51.100.1}]}
        policies:
          split: {ttl: 30s, weighted: {eu: 70, us: 30}, assign: by-resolver}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: split}}
        """;

    [Fact]
    public async Task Assign_CachesOfDifferentDemand_MeetsTheWeightsInTraffic()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        using ResolverAssigner assigner = new(server.Harness.DataPlane, server.Observer, server.Time);
        // Lookups per second, of which the server sees one in 30 s at most.
        double[] rates = [.. Enumerable.Range(1, 60).Select(rank => 0.8 / rank)];
        Play(server, rates, seconds: 3600);
        assigner.Assign();
        AssignedNodeReport node = Assert.Single(assigner.Nodes);
        Assert.InRange(node.Networks, 55, 60);
        Assert.InRange(node.Lookups, rates.Sum() * 0.7, rates.Sum() * 1.4);
        Assert.InRange(node.Children[0].Expected, 0.68, 0.72);
        double toEu = rates.Where((_, i) => server.Ask("www.example.com.", Resolver(i)) == "192.0.2.1").Sum();
        Assert.InRange(toEu / rates.Sum(), 0.62, 0.78);
        // Nobody is moved for estimates that are the same.
        assigner.Assign();
        Assert.Equal(0, assigner.Nodes[0].Moved);
    }

    [Fact]
    public async Task Assign_NobodyObserved_EverybodyIsDrawnFor()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml + "\nobserving: {who: nobody}\n");
        using ResolverAssigner assigner = new(server.Harness.DataPlane, server.Observer, server.Time);
        Play(server, [0.5, 0.5], seconds: 300);
        assigner.Assign();
        Assert.Equal(0, Assert.Single(assigner.Nodes).Networks);
        Assert.Equal(2, Enumerable.Range(0, 100).Select(id => server.Ask("www.example.com.", First, id: (ushort)id)).Distinct().Count());
    }

    [Fact]
    public async Task Assign_NothingAssigns_ReportsNothing()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml.Replace(", assign: by-resolver", "", StringComparison.Ordinal));
        using ResolverAssigner assigner = new(server.Harness.DataPlane, server.Observer, server.Time);
        assigner.Assign();
        Assert.Empty(assigner.Nodes);
    }

    [Fact]
    public async Task Output_Demand_NamesResolversAndChildren()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        using ResolverAssigner assigner = new(server.Harness.DataPlane, server.Observer, server.Time);
        Play(server, [0.5, 0.1], seconds: 1200);
        assigner.Assign();
        ObservedDemands demands = new(server.Observer.ReadDemands(), assigner.Nodes);
        ObservedPopulation population = server.Observer.Read(TimeSpan.FromHours(1));
        string text = PopulationOutput.ToText(population, 20, demands);
        Assert.Contains("10.0.0.1", text, StringComparison.Ordinal);
        Assert.Contains("Policy split assigns", text, StringComparison.Ordinal);
        Assert.Contains("eu: meant 70.0", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(PopulationOutput.ToJson(population, 20, demands));
        JsonElement busiest = json.RootElement.GetProperty("demand")[0];
        Assert.Equal("10.0.0.1", busiest.GetProperty("resolver").GetString());
        Assert.InRange(busiest.GetProperty("lookupsPerSecond").GetDouble(), 0.25, 1);
        Assert.Equal("split", json.RootElement.GetProperty("assigned")[0].GetProperty("policy").GetString());
    }

    private static uint Resolver(int number) => First + ((uint)number * NetworkStep);

    /// <summary>Caches that keep answers to the moment, with clients behind them.</summary>
    private static void Play(ObservedServer server, double[] rates, int seconds)
    {
        Random random = new(1);
        PriorityQueue<int, double> next = new();
        for (int i = 0; i < rates.Length; i++)
        {
            next.Enqueue(i, random.NextDouble() * Ttl);
        }
        double now = 0;
        double fetched = 0;
        while (next.TryDequeue(out int cache, out double at) && at < seconds)
        {
            server.Time.Advance(TimeSpan.FromSeconds(at - now));
            now = at;
            server.Ask("www.example.com.", Resolver(cache), id: (ushort)random.Next(65536));
            next.Enqueue(cache, at + Ttl - (Math.Log(1 - random.NextDouble()) / rates[cache]));
            if (at - fetched > 10)
            {
                fetched = at;
                server.Observer.Fetch();
            }
        }
        server.Observer.Fetch();
    }
}
