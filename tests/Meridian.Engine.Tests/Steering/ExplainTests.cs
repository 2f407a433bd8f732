using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Explaining;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>Explaining is answering: the same octets, and the reasons that led to them.</summary>
public sealed class ExplainTests
{
    [Fact]
    public void Explain_EveryPath_GivesTheVeryAnswer()
    {
        DataPlane dataPlane = SampleZone.Serve();
        foreach (byte[] query in SampleZone.Queries)
        {
            AssertSameAnswer(dataPlane, query, ClientAddress.FromIPv4(0xC100_0601));
        }
    }

    [Fact]
    public void Explain_RandomConfigurations_GivesTheVeryAnswer()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            RandomSteering steering = new(seed, anyStrict: seed % 3 == 0);
            DataPlane dataPlane = steering.ServeDataPlane();
            for (int i = 0; i < 9; i++)
            {
                byte[] query = TestClient.Query($"p{i % 3}.example.com.", RecordType.A, $"{steering.RandomClient()}/32", (ushort)i);
                AssertSameAnswer(dataPlane, query, ClientAddress.FromIPv4(0x7F00_0001));
            }
        }
    }

    [Fact]
    public void Explain_MemberDown_SaysSoWithinItsPool()
    {
        DecisionReport report = Explain(SampleZone.Serve(), TestClient.Query("dark.example.com.", RecordType.A), out _);
        DecisionStep pool = Find(report.Steps, step => step.Kind == DecisionStepKind.Pool);
        Assert.Equal(("dark", "unavailable"), (pool.Subject, pool.Outcome));
        Assert.Contains("0 of 1 members available", pool.Reason, StringComparison.Ordinal);
        Assert.Equal("down", Assert.Single(pool.Children).Outcome);
    }

    [Fact]
    public void Explain_GeoMatch_NamesPlacePrefixAndKeys()
    {
        DecisionReport report = Explain(SampleZone.Serve(), TestClient.Query("www.example.com.", RecordType.A, "193.0.6.0/24"), out _);
        DecisionStep place = Find(report.Steps, step => step.Kind == DecisionStepKind.Place);
        Assert.Equal("EU NL", place.Outcome);
        Assert.Contains("193.0.0.0/16", place.Reason, StringComparison.Ordinal);
        Assert.Equal("www/geo matches EU, then default", Find(report.Steps, step => step.Kind == DecisionStepKind.Node).Subject);
    }

    private static void AssertSameAnswer(DataPlane dataPlane, byte[] query, ClientAddress source)
    {
        ClientInfo client = new(source, 4711, Transport.Udp, 1_700_000_000);
        byte[] answered = new byte[4096];
        AnswerResult result = new QueryAnswerer(dataPlane, new AnswerLimits()).Answer(query, client, answered);
        byte[] explained = new byte[4096];
        DecisionReport? report = DecisionExplainer.Explain(dataPlane, new AnswerLimits(), query, client, explained);
        Assert.Equal(result, report?.Result);
        Assert.Equal(answered[..result.Length], explained[..result.Length]);
    }

    private static DecisionReport Explain(DataPlane dataPlane, byte[] query, out byte[] response)
    {
        response = new byte[4096];
        ClientInfo client = new(ClientAddress.FromIPv4(0x7F00_0001), 4711, Transport.Udp, 1_700_000_000);
        return Assert.IsType<DecisionReport>(DecisionExplainer.Explain(dataPlane, new AnswerLimits(), query, client, response));
    }

    private static DecisionStep Find(IEnumerable<DecisionStep> steps, Func<DecisionStep, bool> isWanted) =>
        Flatten(steps).First(isWanted);

    private static IEnumerable<DecisionStep> Flatten(IEnumerable<DecisionStep> steps) =>
        steps.SelectMany(step => Flatten(step.Children).Prepend(step));
}
