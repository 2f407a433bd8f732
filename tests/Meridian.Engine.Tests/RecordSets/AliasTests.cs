using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.RecordSets;

/// <summary>Aliases: what they answer, and whose health they have.</summary>
public sealed class AliasTests
{
    [Fact]
    public void Alias_ToStaticRecords_AnswersThemAtTheApexWithTheirTtl()
    {
        TestClient client = new SetModel().Records("www", RecordType.A, 42, "192.0.2.1", "192.0.2.2").Alias("@", "www").Client();
        TestResponse response = client.Ask("example.com.", RecordType.A);
        Assert.Equal("192.0.2.1 192.0.2.2", SetModel.AnswerOf(response));
        Assert.Equal(42u, response.FirstTtl);
        Assert.All(response.Message.Answer, record => Assert.Equal("example.com.", record.Owner.ToString()));
    }

    [Fact]
    public void Alias_ToAliasToSets_AnswersTheSets()
    {
        TestClient client = new SetModel()
            .Set("www", "a", new WeightedRouting(1), ["192.0.2.1"], 33).Alias("middle", "www").Alias("@", "middle").Client();
        TestResponse response = client.Ask("example.com.", RecordType.A);
        Assert.Equal(("192.0.2.1", 33u), (SetModel.AnswerOf(response), response.FirstTtl));
    }

    [Fact]
    public void Alias_ToSteeredRecords_IsSteeredAsTheyAre()
    {
        TestClient client = new SetModel().Alias("@", "www")
            .Other(new RRsetModel { Owner = DomainName.Parse("www", SetModel.Apex), Type = RecordType.A, Steering = new SteeredDataModel { Policy = "p" } })
            .Change(model => model with
            {
                Pools = model.Pools.Add("web", new PoolModel { Name = "web", Members = [ModelBuilder.Member("192.0.2.7")] }),
                Policies = model.Policies.Add("p", new PolicyModel { Name = "p", TtlSeconds = 30, Root = new PoolNode("web") }),
            }).Client();
        TestResponse response = client.Ask("example.com.", RecordType.A);
        Assert.Equal(("192.0.2.7", 30u), (SetModel.AnswerOf(response), response.FirstTtl));
    }

    [Theory]
    [InlineData(true, HealthState.Up, "192.0.2.1")]
    [InlineData(true, HealthState.Down, "192.0.2.9")]
    [InlineData(false, HealthState.Down, "192.0.2.1")]
    public void AliasSet_TargetsHealth_CountsWhenItIsEvaluated(bool evaluates, HealthState target, string expected)
    {
        TestClient client = new SetModel().Check("t", target)
            .Set("target", "one", new WeightedRouting(1), "192.0.2.1", "t")
            .AliasSet("www", "first", new FailoverRouting(true), "target", evaluates)
            .Set("www", "second", new FailoverRouting(false), "192.0.2.9").Client();
        Assert.Equal(expected, SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A)));
    }

    [Fact]
    public void AliasSet_EvaluatedThroughChain_IsHealthyWhileAnythingAtTheEndIs()
    {
        SetModel model = new SetModel().Check("a", HealthState.Down).Check("b")
            .Set("leaf", "a", new WeightedRouting(1), "192.0.2.1", "a")
            .Set("leaf", "b", new WeightedRouting(1), "192.0.2.2", "b")
            .AliasSet("middle", "only", new WeightedRouting(1), "leaf", evaluates: true)
            .AliasSet("www", "first", new FailoverRouting(true), "middle", evaluates: true)
            .Set("www", "second", new FailoverRouting(false), "192.0.2.9");
        Assert.Equal("192.0.2.2", Assert.Single(SetModel.Draws(model.Client(), "www.example.com.", 50)).Key);
        model.Check("b", HealthState.Down);
        Assert.Equal("192.0.2.9", Assert.Single(SetModel.Draws(model.Client(), "www.example.com.", 50)).Key);
    }

    [Fact]
    public void AliasSet_NotEvaluatedTargetWithNothingForTheClient_IsNoDataAndNoSibling()
    {
        TestClient client = new SetModel()
            .Set("target", "fr", new PlaceRouting(ModelBuilder.Place("FR")), "192.0.2.1")
            .AliasSet("www", "first", new FailoverRouting(true), "target", evaluates: false)
            .Set("www", "second", new FailoverRouting(false), "192.0.2.9").Client(ModelBuilder.Places(("10.1.0.0/16", "FR")));
        Assert.Equal("192.0.2.1", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.1.0.1/32")));
        Assert.Equal("NODATA", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A, "10.2.0.1/32")));
    }

    [Fact]
    public void AliasSet_WithCheckOfItsOwn_IsGatedByIt()
    {
        TestClient client = new SetModel().Check("own", HealthState.Down).Records("target", RecordType.A, 60, "192.0.2.1")
            .AliasSet("www", "first", new FailoverRouting(true), "target", evaluates: false, health: "own")
            .Set("www", "second", new FailoverRouting(false), "192.0.2.9").Client();
        Assert.Equal("192.0.2.9", SetModel.AnswerOf(client.Ask("www.example.com.", RecordType.A)));
    }

    [Fact]
    public void Alias_Circle_IsAProblemThatNamesTheWay()
    {
        new SetModel().Alias("a", "b").Alias("b", "c").Alias("c", "a").Expand(out ImmutableArray<ModelProblem> problems);
        Assert.Contains("aliases lead back to themselves: a.example.com. → b.example.com. → c.example.com. → a.example.com.", Assert.Single(problems).Message);
    }

    [Theory]
    [InlineData("nothing", "there are no A records at nothing.example.com.")]
    [InlineData("cname", "cname.example.com. is a CNAME")]
    public void Alias_NoTarget_IsAProblem(string target, string expected)
    {
        new SetModel().Records("cname", RecordType.CNAME, 60, "www.example.net.").Alias("www", target).Expand(out ImmutableArray<ModelProblem> problems);
        ModelProblem problem = Assert.Single(problems);
        Assert.Equal("zones/example.com./records/www/A/alias/to", problem.Path);
        Assert.Contains(expected, problem.Message);
    }

    [Fact]
    public void Expand_Twice_IsTheSame()
    {
        MeridianModel once = new SetModel().Check("hc")
            .Set("www", "a", new WeightedRouting(1), "192.0.2.1", "hc").Alias("@", "www").Expand(out _);
        MeridianModel twice = Engine.RecordSets.RecordSetExpansion.Expand(once, out ImmutableArray<ModelProblem> problems);
        Assert.Empty(problems);
        Assert.Equal(once.Pools.Keys, twice.Pools.Keys);
        Assert.Equal(once.Policies.Keys, twice.Policies.Keys);
        Assert.Equal(["monitor/hc", "www.example.com./A/a"], twice.Pools.Keys);
    }
}
