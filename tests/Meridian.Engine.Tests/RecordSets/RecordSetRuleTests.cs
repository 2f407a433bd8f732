using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.RecordSets;

/// <summary>The rules of Route 53 that are easy to get wrong, one by one.</summary>
public sealed class RecordSetRuleTests
{
    private static readonly PlaceDatabase Places = ModelBuilder.Places(
        ("10.1.0.0/16", "FR"), ("10.2.0.0/16", "DE"), ("10.3.0.0/16", "US-CA"), ("10.4.0.0/16", "US"), ("10.5.0.0/16", "JP"));

    [Fact]
    public void Weighted_SomeWeights_AreTheShares()
    {
        Dictionary<string, int> draws = SetModel.Draws(
            new SetModel().Set("www", "a", new WeightedRouting(3), "192.0.2.1").Set("www", "b", new WeightedRouting(1), "192.0.2.2").Client(),
            "www.example.com.", 4000);
        Assert.InRange(draws["192.0.2.1"], 2850, 3150);
        Assert.Equal(4000, draws["192.0.2.1"] + draws["192.0.2.2"]);
    }

    [Fact]
    public void Weighted_AllZero_AreEqual()
    {
        Dictionary<string, int> draws = SetModel.Draws(
            new SetModel().Set("www", "a", new WeightedRouting(0), "192.0.2.1").Set("www", "b", new WeightedRouting(0), "192.0.2.2").Client(),
            "www.example.com.", 2000);
        Assert.InRange(draws["192.0.2.1"], 900, 1100);
    }

    [Theory]
    [InlineData(HealthState.Up, HealthState.Up, "192.0.2.1")]
    [InlineData(HealthState.Down, HealthState.Up, "192.0.2.2")]
    [InlineData(HealthState.Down, HealthState.Down, "192.0.2.1")]
    [InlineData(HealthState.Up, HealthState.Down, "192.0.2.1")]
    public void Weighted_SomeZero_IsUsedOnlyWhenNoOtherIsHealthy(HealthState weighted, HealthState zero, string expected)
    {
        TestClient client = new SetModel().Check("a", weighted).Check("b", zero)
            .Set("www", "a", new WeightedRouting(1), "192.0.2.1", "a")
            .Set("www", "b", new WeightedRouting(0), "192.0.2.2", "b").Client();
        Assert.Equal(expected, Assert.Single(SetModel.Draws(client, "www.example.com.")).Key);
    }

    [Theory]
    [InlineData(HealthState.Up, HealthState.Up, "192.0.2.1")]
    [InlineData(HealthState.Up, HealthState.Down, "192.0.2.1")]
    [InlineData(HealthState.Down, HealthState.Up, "192.0.2.2")]
    [InlineData(HealthState.Down, HealthState.Down, "192.0.2.1")]
    public void Failover_PrimaryAndSecondary_PrimaryIsReturnedWhenBothAreDown(HealthState primary, HealthState secondary, string expected)
    {
        TestClient client = new SetModel().Check("p", primary).Check("s", secondary)
            .Set("www", "second", new FailoverRouting(false), "192.0.2.2", "s")
            .Set("www", "first", new FailoverRouting(true), "192.0.2.1", "p").Client();
        Assert.Equal(expected, Assert.Single(SetModel.Draws(client, "www.example.com.", 20)).Key);
    }

    [Fact]
    public void Failover_SecondaryWithoutCheck_IsHealthy()
    {
        TestClient client = new SetModel().Check("p", HealthState.Down)
            .Set("www", "first", new FailoverRouting(true), "192.0.2.1", "p")
            .Set("www", "second", new FailoverRouting(false), "192.0.2.2").Client();
        Assert.Equal("192.0.2.2", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A)));
    }

    [Theory]
    [InlineData("10.1.0.1", "192.0.2.10")] // France: the country
    [InlineData("10.2.0.1", "192.0.2.11")] // Germany: the continent
    [InlineData("10.3.0.1", "192.0.2.12")] // California: the subdivision
    [InlineData("10.4.0.1", "192.0.2.13")] // The rest of the United States
    [InlineData("10.5.0.1", "192.0.2.14")] // Japan: the default
    [InlineData("203.0.113.9", "192.0.2.14")] // Nowhere known: the default
    public void Geolocation_MostSpecificPlace_Answers(string client, string expected) =>
        Assert.Equal(expected, SetModel.AnswerOf(Geolocated().Client(Places).Ask("www.example.com.", RecordType.A, $"{client}/32")));

    [Fact]
    public void Geolocation_UnhealthyPlace_FallsToTheNextLessSpecific()
    {
        SetModel model = Geolocated().Check("fr", HealthState.Down).Check("eu", HealthState.Up);
        Assert.Equal("192.0.2.11", SetModel.AnswerOf(model.Client(Places).Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
        model.Check("eu", HealthState.Down);
        Assert.Equal("192.0.2.14", SetModel.AnswerOf(model.Client(Places).Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
        model.Check("default", HealthState.Down);
        Assert.Equal("192.0.2.10", SetModel.AnswerOf(model.Client(Places).Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
    }

    [Fact]
    public void Geolocation_NoDefault_IsNoData()
    {
        TestClient client = new SetModel().Check("fr", HealthState.Down)
            .Set("www", "fr", new PlaceRouting(ModelBuilder.Place("FR")), "192.0.2.10", "fr").Client(Places);
        Assert.Equal("NODATA", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.2.0.1/32")));
        // Who is in the place is answered though it is unhealthy: there is nothing else.
        Assert.Equal("192.0.2.10", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
    }

    [Fact]
    public void Multivalue_Twelve_EightHealthyInEachAnswerAndAllAtSomeTime()
    {
        SetModel model = new SetModel().Check("down", HealthState.Down);
        for (int i = 1; i <= 12; i++)
        {
            model.Set("www", $"s{i:00}", new MultivalueRouting(), $"192.0.2.{i}", i == 5 ? "down" : null);
        }
        HashSet<string> seen = [];
        TestClient client = model.Client();
        for (int i = 0; i < 100; i++)
        {
            TestResponse response = client.Ask("www.example.com.", RecordType.A, id: (ushort)i);
            Assert.Equal(8, response.Addresses.Distinct().Count());
            seen.UnionWith(response.Addresses);
        }
        Assert.Equal(11, seen.Count);
        Assert.DoesNotContain("192.0.2.5", seen);
    }

    [Fact]
    public void Multivalue_NoneHealthy_UpToEightUnhealthy()
    {
        SetModel model = new SetModel().Check("down", HealthState.Down);
        for (int i = 1; i <= 10; i++)
        {
            model.Set("www", $"s{i}", new MultivalueRouting(), $"192.0.2.{i}", "down");
        }
        Assert.Equal(8, model.Client().Ask("www.example.com.", RecordType.A).AnswerCount);
    }

    [Fact]
    public void Multivalue_DifferentTtls_TheLeastIsThatOfAll()
    {
        TestResponse response = new SetModel()
            .Set("www", "a", new MultivalueRouting(), ["\"x\""], 300, type: RecordType.TXT)
            .Set("www", "b", new MultivalueRouting(), ["\"y\""], 20, type: RecordType.TXT).Client().Ask("www.example.com.", RecordType.TXT);
        Assert.Equal([20u, 20u], response.Message.Answer.Select(record => record.TtlSeconds));
    }

    [Fact]
    public void Latency_NoTable_IsTheNearestAndThenTheNextHealthyOne()
    {
        SetModel model = new SetModel().Check("eu")
            .Set("www", "eu", new LatencyRouting("aws:eu-west-1", new Coordinates(53.35, -6.26)), "192.0.2.1", "eu")
            .Set("www", "us", new LatencyRouting("aws:us-east-1", new Coordinates(38.95, -77.45)), "192.0.2.2");
        Assert.Equal("192.0.2.1", SetModel.AnswerOf(model.Client(Places).Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
        model.Check("eu", HealthState.Down);
        Assert.Equal("192.0.2.2", SetModel.AnswerOf(model.Client(Places).Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
    }

    [Fact]
    public void Latency_MeasuredToTheSiteNearTheRegion_TheMeasurementDecides()
    {
        SetModel model = new SetModel()
            .Set("www", "eu", new LatencyRouting("aws:eu-west-1", new Coordinates(53.35, -6.26)), "192.0.2.1")
            .Set("www", "us", new LatencyRouting("aws:us-east-1", new Coordinates(38.95, -77.45)), "192.0.2.2")
            .Change(model => model with
            {
                Sites = model.Sites.Add("dublin", new SiteModel { Name = "dublin", Near = "aws:eu-west-1", Location = new Coordinates(53.35, -6.26) }),
                Latency = [new LatencyMeasurement(System.Net.IPNetwork.Parse("10.1.7.0/24"), null, "dublin", 900)],
            });
        TestClient client = model.Client(Places);
        Assert.Equal("192.0.2.2", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.1.7.1/32")));
        Assert.Equal("192.0.2.1", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.1.8.1/32")));
    }

    [Theory]
    [InlineData(0, 0, "192.0.2.1")]
    [InlineData(0, 95, "192.0.2.2")]
    [InlineData(0, 85, "192.0.2.1")]
    [InlineData(-99, 85, "192.0.2.2")]
    public void Geoproximity_Bias_MovesTheBorder(int paris, int newYork, string expected)
    {
        TestClient client = new SetModel()
            .Set("www", "paris", new ProximityRouting(null, new Coordinates(48.86, 2.35), paris), "192.0.2.1")
            .Set("www", "ny", new ProximityRouting("aws:us-east-1", new Coordinates(40.71, -74.01), newYork), "192.0.2.2").Client(Places);
        Assert.Equal(expected, SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.2.0.1/32")));
    }

    [Theory]
    [InlineData("10.9.9.1", "192.0.2.1")]
    [InlineData("10.9.8.1", "192.0.2.2")]
    [InlineData("203.0.113.1", "192.0.2.3")]
    public void Network_LongestPrefix_AnswersAndTheStarForTheRest(string client, string expected) =>
        Assert.Equal(expected, SetModel.AnswerOf(ByNetwork().Client().Ask("www.example.com.", RecordType.A, $"{client}/32")));

    [Fact]
    public void Network_NoStar_IsNoData()
    {
        TestClient client = ByNetwork(hasDefault: false).Client();
        Assert.Equal("NODATA", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "203.0.113.1/32")));
    }

    [Fact]
    public void Values_AnyType_AreAnsweredWithTheirOwnTtl()
    {
        TestClient client = new SetModel()
            .Set("www", "a", new WeightedRouting(1), ["10 mail", "20 mail.example.net."], 123, type: RecordType.MX)
            .Set("alias", "a", new WeightedRouting(1), ["www.example.net."], 77, type: RecordType.CNAME).Client();
        TestResponse mail = client.Ask("www.example.com.", RecordType.MX);
        Assert.Equal(2, mail.AnswerCount);
        Assert.Equal(123u, mail.FirstTtl);
        TestResponse cname = client.Ask("alias.example.com.", RecordType.A);
        Assert.Equal((RecordType.CNAME, 77u), (cname.Message.Answer[0].Type, cname.FirstTtl));
    }

    [Fact]
    public void Cname_LeadingToOurOwnName_IsFollowed()
    {
        TestClient client = new SetModel().Records("target", RecordType.A, 60, "192.0.2.9")
            .Set("alias", "a", new WeightedRouting(1), ["target"], 77, type: RecordType.CNAME).Client();
        Assert.Equal(["192.0.2.9"], client.Ask("alias.example.com.", RecordType.A).Addresses);
    }

    [Theory]
    [InlineData(false, "192.0.2.1")]
    [InlineData(true, "192.0.2.2")]
    public void UnknownCheck_IsHealthyUnlessInverted(bool isInverted, string expected)
    {
        TestClient client = new SetModel().Check("new", HealthState.Unknown, monitor => monitor with { IsInverted = isInverted })
            .Set("www", "first", new FailoverRouting(true), "192.0.2.1", "new")
            .Set("www", "second", new FailoverRouting(false), "192.0.2.2").Client();
        Assert.Equal(expected, SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A)));
    }

    private static SetModel Geolocated()
    {
        SetModel model = new();
        (string Name, PlaceKey? Place)[] places =
            [("fr", ModelBuilder.Place("FR")), ("eu", ModelBuilder.Place("EU")), ("ca", ModelBuilder.Place("US-CA")), ("us", ModelBuilder.Place("US")), ("default", null)];
        for (int i = 0; i < places.Length; i++)
        {
            model.Check(places[i].Name).Set("www", places[i].Name, new PlaceRouting(places[i].Place), $"192.0.2.{10 + i}", places[i].Name);
        }
        return model;
    }

    private static SetModel ByNetwork(bool hasDefault = true)
    {
        SetModel model = new SetModel()
            .Set("www", "office", new CollectionRouting("offices", "small"), "192.0.2.1")
            .Set("www", "company", new CollectionRouting("offices", "large"), "192.0.2.2")
            .Change(model => model with
            {
                Collections = model.Collections.Add("offices", new CollectionModel
                {
                    Name = "offices",
                    Locations = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(
                        StringComparer.Ordinal,
                        [
                            KeyValuePair.Create("small", (ModelList<System.Net.IPNetwork>)[System.Net.IPNetwork.Parse("10.9.9.0/24")]),
                            KeyValuePair.Create("large", (ModelList<System.Net.IPNetwork>)[System.Net.IPNetwork.Parse("10.9.0.0/16"), System.Net.IPNetwork.Parse("10.8.0.0/16")]),
                        ]),
                }),
            });
        return hasDefault ? model.Set("www", "rest", new CollectionRouting("offices", null), "192.0.2.3") : model;
    }
}
