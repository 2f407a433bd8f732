using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Answering.Limiting;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Response rate limiting and the bound on amplification: what is sent to addresses that anybody may have forged.</summary>
public sealed class RateLimitTests
{
    private static readonly RateLimitModel Limit = new() { PositivePerSecond = 10, NegativePerSecond = 5, ErrorPerSecond = 2, Slip = 0 };

    [Theory]
    [InlineData("www.example.com.", 10, DropReason.RateLimitedPositive)]
    [InlineData("missing.example.com.", 5, DropReason.RateLimitedNegative)]
    [InlineData("elsewhere.test.", 2, DropReason.RateLimitedError)]
    public void Ask_OverTheBudget_IsDroppedForItsReason(string name, int budget, DropReason reason)
    {
        TestClient client = Client(Limit);
        AnswerResult[] results = [.. Enumerable.Range(0, 30).Select(i => client.Try(TestClient.Query(name, RecordType.A), $"192.0.2.{i}"))];
        Assert.Equal(budget, results.Count(result => result.Disposition == AnswerDisposition.Respond));
        Assert.All(results[budget..], result => Assert.Equal((AnswerDisposition.Drop, reason), (result.Disposition, result.DropReason)));
    }

    [Fact]
    public void Ask_KindsOfAnswer_HaveBudgetsOfTheirOwn()
    {
        TestClient client = Client(Limit);
        Exhaust(client, "missing.example.com.");
        Assert.Equal(AnswerDisposition.Respond, client.Try(TestClient.Query("www.example.com.", RecordType.A)).Disposition);
    }

    [Fact]
    public void Ask_OtherNetwork_HasABudgetOfItsOwn()
    {
        TestClient client = Client(Limit);
        Exhaust(client, "www.example.com.");
        Assert.Equal(AnswerDisposition.Respond, Ask(client, "192.0.3.1").Disposition);
        Assert.Equal(AnswerDisposition.Drop, Ask(client, "192.0.2.200").Disposition);
    }

    [Fact]
    public void Ask_IPv6_IsCountedByItsPrefix()
    {
        TestClient client = Client(Limit);
        AnswerResult[] results = [.. Enumerable.Range(0, 30).Select(i => Ask(client, $"2001:db8:0:{i:x2}::{i}"))];
        Assert.Equal(10, results.Count(result => result.Disposition == AnswerDisposition.Respond));
        Assert.Equal(AnswerDisposition.Respond, Ask(client, "2001:db8:0:100::1").Disposition);
    }

    [Fact]
    public void Ask_NextSecond_BeginsAnew()
    {
        TestClient client = Client(Limit);
        Exhaust(client, "www.example.com.");
        Assert.Equal(AnswerDisposition.Respond, client.Try(TestClient.Query("www.example.com.", RecordType.A), time: 1).Disposition);
    }

    [Fact]
    public void Ask_Tcp_IsNotLimited()
    {
        TestClient client = Client(Limit);
        Exhaust(client, "www.example.com.");
        client.Transport = Transport.Tcp;
        Assert.Equal(AnswerDisposition.Respond, Ask(client, "192.0.2.1").Disposition);
    }

    [Fact]
    public void Ask_ExemptNetwork_IsNotLimited()
    {
        TestClient client = Client(Limit with { Exempt = [IPNetwork.Parse("192.0.2.0/25"), IPNetwork.Parse("2001:db8::/32")] });
        Exhaust(client, "www.example.com.");
        Assert.Equal(AnswerDisposition.Respond, Ask(client, "192.0.2.127").Disposition);
        Assert.Equal(AnswerDisposition.Drop, Ask(client, "192.0.2.128").Disposition);
    }

    [Fact]
    public void Ask_ValidCookie_IsNotLimited()
    {
        TestClient client = Client(Limit with { Slip = 1 });
        byte[] query = new QueryBuilder("www.example.com.", RecordType.A) { UdpPayloadSize = 1232, Cookie = new byte[8] }.Build();
        Exhaust(client, "www.example.com.");

        TestResponse slipped = client.Ask(query);
        Assert.Equal(Rcode.BadCookie, slipped.Rcode);
        byte[] cookie = Assert.IsType<byte[]>(slipped.Option(EdnsOptionCode.Cookie));
        TestResponse verified = client.Ask(new QueryBuilder("www.example.com.", RecordType.A) { UdpPayloadSize = 1232, Cookie = cookie }.Build());

        Assert.Equal(["192.0.2.1"], verified.Addresses);
        Assert.True((verified.Result.Flags & AnswerFlags.ValidCookie) != 0);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 10)]
    [InlineData(5, 4)]
    [InlineData(0, 0)]
    public void Ask_Slip_SendsOneInSoManyTruncated(int slip, int expected)
    {
        TestClient client = Client(Limit with { Slip = slip });
        AnswerResult[] results = [.. Enumerable.Range(0, 30).Select(_ => Ask(client, "192.0.2.1"))];
        Assert.Equal(expected, results.Count(result => (result.Flags & AnswerFlags.Slipped) != 0));
    }

    [Fact]
    public void Ask_Slipped_IsTheQuestionWithTcAndNothingElse()
    {
        TestClient client = Client(Limit with { Slip = 1 });
        Exhaust(client, "www.example.com.");
        byte[] query = TestClient.Query("WWW.example.com.", RecordType.A, ednsSize: null);
        TestResponse response = client.Ask(query);
        Assert.Equal("NOERROR RecursionDesired, Truncated, Response", response.Text);
        Assert.Equal(query.Length, response.Octets.Length);
        Assert.Equal(query[12..], response.Octets[12..]);
    }

    [Fact]
    public void Ask_RateOfZero_IsNoLimit()
    {
        TestClient client = Client(Limit with { PositivePerSecond = 0 });
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(AnswerDisposition.Respond, Ask(client, "192.0.2.1").Disposition));
    }

    [Fact]
    public void Publish_SameBudgets_GoOnAcrossAReload()
    {
        ModelBuilder builder = Builder(Limit);
        DataPlane dataPlane = builder.Serve();
        TestClient client = new(dataPlane);
        Exhaust(client, "www.example.com.");
        dataPlane.Publish(builder.Add("other.test.", "@ A 192.0.2.9").Compile(revision: 2), new FixedVerdicts(new Dictionary<Engine.Health.MemberKey, Engine.Health.MemberVerdict>()));
        Assert.Equal(AnswerDisposition.Drop, Ask(client, "192.0.2.1").Disposition);
    }

    [Fact]
    public void Count_SeveralWorkers_ShareTheBudget()
    {
        RateLimiter limiter = new(RateLimitSettings.Compile(Limit), workerCount: 4, new DrawKey(1, 2));
        int sent = Enumerable.Range(0, 20).Count(_ => limiter.Count(ClientAddress.FromIPv4(1), RateCategory.Positive, 0) == RateVerdict.Send);
        Assert.Equal(3, sent);
    }

    [Fact]
    public void Count_FloodFromManyNetworks_LeavesHonestOnesTheirBudget()
    {
        // Ten times the budget from each of 10,000 networks; 100 honest networks ask within theirs all the while.
        RateLimitModel model = new() { PositivePerSecond = 20, Slip = 2 };
        RateLimiter limiter = new(RateLimitSettings.Compile(model), workerCount: 1, new DrawKey(7, 11));
        Random random = new(1);
        int honestAsked = 0, honestSent = 0, floodSent = 0;
        for (int second = 1; second <= 3; second++)
        {
            for (int i = 0; i < 2_000_000; i++)
            {
                uint network = (uint)random.Next(10_000);
                ClientAddress address = ClientAddress.FromIPv4(0x0A00_0000 | network << 8 | (uint)random.Next(256));
                floodSent += limiter.Count(in address, RateCategory.Positive, second) == RateVerdict.Send ? 1 : 0;
                if (i % 1000 == 0)
                {
                    ClientAddress honest = ClientAddress.FromIPv4(0xC000_0000 | (uint)(i / 1000 % 100) << 8 | 1);
                    honestAsked++;
                    honestSent += limiter.Count(in honest, RateCategory.Positive, second) == RateVerdict.Send ? 1 : 0;
                }
            }
        }
        Assert.InRange(honestSent, honestAsked * 99 / 100, honestAsked);
        Assert.InRange(floodSent, 1, 3 * 10_000 * 20);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void Ask_Amplification_BoundsAnswersToUnverifiedSenders(int amplification)
    {
        AnsweringModel answering = new() { Amplification = amplification, NameServerId = new string('n', 64) };
        TestClient client = new(SampleZone.Build().Answering(answering).Serve(SampleZone.Places));
        foreach (byte[] query in SampleZone.Queries)
        {
            Assert.InRange(client.Ask(query).Octets.Length, 12, amplification * query.Length);
        }
        byte[] smallest = new QueryBuilder(".", RecordType.NS) { UdpPayloadSize = 4096, IsNsidRequested = true }.Build();
        Assert.InRange(client.Ask(smallest).Octets.Length, 12, amplification * smallest.Length);
    }

    [Fact]
    public void Ask_UnverifiedPayloadSize_TruncatesUnlessVerified()
    {
        AnsweringModel answering = new()
        {
            UnverifiedPayloadSize = 512,
            Cookies = new CookieModel { Secrets = [new byte[CookieSecret.Length]] },
        };
        string text = string.Join('\n', Enumerable.Range(0, 8).Select(i => $"big TXT {new string((char)('a' + i), 100)}"));
        TestClient client = new(new ModelBuilder().Add("example.com.", text).Answering(answering).Serve());
        QueryBuilder query = new("big.example.com.", RecordType.TXT) { UdpPayloadSize = 1232, Cookie = new byte[8] };

        TestResponse first = client.Ask(query);
        Assert.True((first.Result.Flags & AnswerFlags.Truncated) != 0);
        TestResponse second = client.Ask(query with { Cookie = first.Option(EdnsOptionCode.Cookie)! });
        Assert.Equal(8, second.AnswerCount);
    }

    private static ModelBuilder Builder(RateLimitModel limit) => new ModelBuilder()
        .Add("example.com.", "www A 192.0.2.1")
        .Answering(new AnsweringModel
        {
            RateLimit = limit,
            Cookies = new CookieModel { Secrets = [new byte[CookieSecret.Length]] },
        });

    private static TestClient Client(RateLimitModel limit) => new(Builder(limit).Serve());

    private static AnswerResult Ask(TestClient client, string source) =>
        client.Try(TestClient.Query("www.example.com.", RecordType.A), source);

    private static void Exhaust(TestClient client, string name)
    {
        for (int i = 0; i < 30; i++)
        {
            client.Try(TestClient.Query(name, RecordType.A));
        }
    }
}
