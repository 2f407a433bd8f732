using System.Text.Json;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Observing;

public sealed class PopulationTests
{
    private const string Yaml = ObservedServer.Split + "      www: {A: {steer: split}}\n";

    private const uint ResolverA = 0x0A00_0001;
    private const uint ResolverB = 0x0A00_0102;

    [Fact]
    public async Task Read_TwoResolvers_CountsBothByNameAndNetwork()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        for (ushort i = 0; i < 30; i++)
        {
            server.Ask("www.example.com.", ResolverA, 0xC633_6400, i);
            server.Ask("ns1.example.com.", ResolverA, id: i);
            server.Ask("WWW.example.com.", ResolverB, id: i);
            server.Ask($"random-{i}.example.com.", ResolverB, id: i);
        }
        server.Observer.Fetch();
        ObservedPopulation population = server.Observer.Read(TimeSpan.FromMinutes(10));
        Assert.Equal(120, population.Queries);
        Assert.Equal(30, population.OtherNames);
        Assert.Equal((2, 1), ((int)Math.Round(population.Resolvers), (int)Math.Round(population.Subnets)));
        ObservedRow named = Assert.Single(population.Rows, row => row.Asker.SubnetLength == 24);
        Assert.Equal(("www.example.com.", RecordType.A, 30), (named.Name!.Owner.ToString(), named.Asker.Type, named.Queries));
        Assert.Equal(ClientAddress.FromIPv4(0xC633_6400), named.Asker.Network);
        using JsonDocument json = JsonDocument.Parse(PopulationOutput.ToJson(population, 20));
        Assert.Equal("www.example.com. A", json.RootElement.GetProperty("names")[0].GetProperty("name").GetString());
        Assert.DoesNotContain("random", PopulationOutput.ToText(population, 20) + json.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_HoursLater_OnlyTheWindowAndWhatIsKept()
    {
        using ObservedServer server = await ObservedServer.StartAsync("observing: {keep: 30m}\n" + Yaml);
        for (int minute = 0; minute < 60; minute++)
        {
            server.Ask("www.example.com.", ResolverA);
            server.Observer.Fetch();
            server.Time.Advance(TimeSpan.FromMinutes(1));
        }
        server.Observer.Fetch();
        Assert.InRange(server.Observer.Read(TimeSpan.FromMinutes(5)).Queries, 4, 6);
        Assert.InRange(server.Observer.Read(TimeSpan.FromHours(5)).Queries, 29, 31);
    }

    [Fact]
    public async Task Configure_NetworksThenNobody_ForgetsAddressesThenEverything()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        server.Ask("www.example.com.", ResolverA);
        server.Observer.Fetch();
        Assert.Equal("10.0.0.1", AskerTexts(server).Single());

        server.Harness.Write("observing: {who: networks}\n" + Yaml);
        await server.Harness.ReloadAsync();
        server.Observer.Fetch();
        Assert.Empty(AskerTexts(server));
        server.Ask("www.example.com.", ResolverA);
        server.Observer.Fetch();
        Assert.Equal("10.0.0.0/24", AskerTexts(server).Single());

        server.Harness.Write("observing: {who: nobody}\n" + Yaml);
        await server.Harness.ReloadAsync();
        server.Observer.Fetch();
        server.Time.Advance(TimeSpan.FromSeconds(2));
        server.Ask("www.example.com.", ResolverA);
        server.Observer.Fetch();
        Assert.True(server.Observer.Read(TimeSpan.FromHours(1)).IsEmpty);
    }

    [Fact]
    public void Add_MoreAskersThanRows_StaysBoundedAndKeepsTheLargeOnes()
    {
        MinuteAccount minute = new(TestFiles.Now, rows: 100);
        Random random = new(5);
        for (int i = 0; i < 50_000; i++)
        {
            minute.Add(new Asker(ClientAddress.FromIPv4((uint)random.Next(1_000_000)), 32, default, 0, 1, RecordType.A), 1);
            // A large one that comes late, when the table is long full.
            if (i > 25_000 && i % 50 == 0)
            {
                minute.Add(new Asker(ClientAddress.FromIPv4(0xFFFF_FFFF), 32, default, 0, 2, RecordType.A), 1);
            }
        }
        ObservedMinute closed = minute.Close();
        Assert.Equal(100, closed.Rows.Length);
        Assert.Equal(50_499, closed.Queries);
        Assert.Equal(closed.Queries, closed.Rows.Sum(row => row.Queries) + closed.Rest.Sum(rest => rest.Value));
        Assert.Equal((2, 499.0), (closed.Rows[0].Asker.Name, closed.Rows[0].Queries));
        Assert.InRange(closed.Resolvers.Estimate(), 46_000, 51_500);
    }

    [Fact]
    public async Task Ask_Drain_PredictsWhatIsAnsweredAfterIt()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        for (uint resolver = 0; resolver < 50; resolver++)
        {
            server.Ask("www.example.com.", ResolverA + resolver);
        }
        server.Observer.Fetch();
        WhatIfRequest drain = WhatIfRequest.TryRead([], ["eu/192.0.2.1"], [], [], out _)!;
        WhatIfResult result = server.WhatIf.Ask(drain, out string? problem)!;
        Assert.Null(problem);
        Assert.InRange(result.Moved, 0.65, 0.75);
        Assert.Equal(0, result.Lost);
        Assert.Equal(("us", 1.0), (result.Sites[0].Name, Math.Round(result.Sites[0].After, 6)));

        server.Harness.Write(Yaml.Replace("{address: 192.0.2.1}", "{address: 192.0.2.1, state: draining, reason: test}", StringComparison.Ordinal));
        await server.Harness.ReloadAsync();
        Assert.All(Enumerable.Range(0, 50), id => Assert.Equal("198.51.100.1", server.Ask("www.example.com.", ResolverA, id: (ushort)id)));
    }

    [Theory]
    [InlineData("split/eu=30", 0.7, 0.5)]
    [InlineData("split/eu=0", 0.7, 0)]
    public async Task Ask_Weight_SharesFollow(string weight, double before, double after)
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        server.Ask("www.example.com.", ResolverA);
        server.Observer.Fetch();
        WhatIfRequest request = WhatIfRequest.TryRead([], [], [weight], ["split=60"], out _)!;
        WhatIfResult result = server.WhatIf.Ask(request, out _)!;
        WhatIfShare eu = Assert.Single(result.Sites, site => site.Name == "eu");
        Assert.InRange(eu.Before, before - 0.06, before + 0.06);
        Assert.InRange(eu.After, after - 0.06, after + 0.06);
        Assert.InRange(result.Moved, before - after - 0.08, before - after + 0.08);
        Assert.Equal(result.Load.Before / 2, result.Load.After, 3);
        Assert.Contains("<h2>Sites</h2>", WhatIfHtml.Render(result), StringComparison.Ordinal);
        JsonDocument.Parse(WhatIfOutput.ToJson(result)).Dispose();
        Assert.StartsWith("What if: weight of eu in split", WhatIfOutput.ToText(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WhatThereIsNot_SaysSo()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        WhatIfRequest mars = WhatIfRequest.TryRead(["mars"], [], [], [], out _)!;
        Assert.Null(server.WhatIf.Ask(mars, out string? problem));
        Assert.Equal("there is no site 'mars'", problem);
        Assert.Null(WhatIfRequest.TryRead([], [], ["eu=3"], [], out problem));
        Assert.Contains("POLICY/CHILD=WEIGHT", problem, StringComparison.Ordinal);
        WhatIfRequest eu = WhatIfRequest.TryRead(["eu"], [], [], [], out _)!;
        Assert.Null(server.WhatIf.Ask(eu, out problem));
        Assert.StartsWith("nothing was observed yet", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharesOf_ChangeOfOneName_IsItsPartOfTheZonesQueries()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        for (ushort i = 0; i < 100; i++)
        {
            server.Ask(i % 4 == 0 ? "www.example.com." : "ns1.example.com.", ResolverA, id: i);
        }
        server.Observer.Fetch();
        DataPlaneSnapshot before = server.Harness.DataPlane.Snapshot!;
        ObservedVolumes volumes = new(server.Observer, server.WhatIf);
        foreach ((string from, string to, double share) in new[] { ("eu: 70", "eu: 10", 0.25), ("A: 192.0.2.53", "A: 192.0.2.54", 0.75), ("keep", "keep", 0) })
        {
            server.Harness.Write(Yaml.Replace(from, to, StringComparison.Ordinal) + "\n      new: {A: 192.0.2.60}\n");
            await server.Harness.ReloadAsync();
            DataPlaneSnapshot after = server.Harness.DataPlane.Snapshot!;
            Assert.NotSame(before, after);
            KeyValuePair<Meridian.Engine.Model.ZoneKey, ObservedShare> zone = Assert.Single(volumes.SharesOf(before, after));
            Assert.Equal((share, 100.0), (zone.Value.Altered, zone.Value.Queries));
            server.Harness.Write(Yaml);
            await server.Harness.ReloadAsync();
        }
    }

    private static IEnumerable<string> AskerTexts(ObservedServer server) =>
        server.Observer.Read(TimeSpan.FromHours(1)).Rows.Select(row => Asker.Text(row.Asker.Resolver, row.Asker.ResolverLength));
}
