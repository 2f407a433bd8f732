using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Resolving;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;

namespace Meridian.Control.Tests.Resolving;

/// <summary>What a lookup makes of what resolvers say.</summary>
public sealed class StubResolverTests
{
    private static readonly OutsideName Lb = new(DomainName.Parse("lb.cloud.example."), null);
    private static readonly ImmutableArray<IPEndPoint> Two = [IPEndPoint.Parse("192.0.2.53:53"), IPEndPoint.Parse("192.0.2.54:53")];

    [Fact]
    public async Task ResolveAsync_Addresses_AreInOrderWithTheLeastTtl()
    {
        Lookup lookup = await ResolveAsync(_ => ScriptedExchange.Answer(
            "lb.cloud.example. 300 A 192.0.2.9", "lb.cloud.example. 200 A 192.0.2.1", "lb.cloud.example. 300 A 192.0.2.9", "other.example. 1 A 192.0.2.66"));
        Assert.Equal((ResolutionState.Found, 200u), (lookup.State, lookup.TtlSeconds));
        Assert.Equal(["192.0.2.1", "192.0.2.9"], lookup.Addresses.Select(address => address.ToString()));
    }

    [Fact]
    public async Task ResolveAsync_ChainInOneResponse_IsFollowedWithTheLeastTtlOfAllLinks()
    {
        Lookup lookup = await ResolveAsync(_ => ScriptedExchange.Answer(
            "a.cdn.example. 20 CNAME b.cdn.example.", "lb.cloud.example. 300 CNAME a.cdn.example.", "b.cdn.example. 100 A 192.0.2.1"));
        Assert.Equal((ResolutionState.Found, 20u), (lookup.State, lookup.TtlSeconds));
        Assert.Equal(["a.cdn.example.", "b.cdn.example."], lookup.Chain.Select(name => name.ToString()));
    }

    [Fact]
    public async Task ResolveAsync_ChainThatIsLeftOpen_IsAskedOn()
    {
        Lookup lookup = await ResolveAsync(asked => asked.Name == Lb.Name
            ? ScriptedExchange.Answer("lb.cloud.example. 30 CNAME a.cdn.example.")
            : ScriptedExchange.Answer("a.cdn.example. 60 A 192.0.2.1"));
        Assert.Equal((ResolutionState.Found, 30u), (lookup.State, lookup.TtlSeconds));
    }

    [Theory]
    [InlineData(8, ResolutionState.Found)]
    [InlineData(9, ResolutionState.Failed)]
    public async Task ResolveAsync_LongChain_IsFollowedToTheLimit(int links, ResolutionState expected)
    {
        Lookup lookup = await ResolveAsync(asked =>
        {
            int at = asked.Name == Lb.Name ? 0 : int.Parse(asked.Name.ToString().Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
            return at == links
                ? ScriptedExchange.Answer($"{asked.Name} 60 A 192.0.2.1")
                : ScriptedExchange.Answer($"{asked.Name} 60 CNAME {at + 1}.example.");
        });
        Assert.Equal(expected, lookup.State);
    }

    [Fact]
    public async Task ResolveAsync_ChainThatLeadsBack_Fails()
    {
        Lookup lookup = await ResolveAsync(_ => ScriptedExchange.Answer(
            "lb.cloud.example. 30 CNAME a.example.", "a.example. 30 CNAME lb.cloud.example."));
        Assert.Equal(ResolutionState.Failed, lookup.State);
        Assert.Contains("leads back to itself", lookup.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rcode.NXDomain, 600, 90, ResolutionState.NxDomain, 90u)]
    [InlineData(Rcode.NoError, 45, 90, ResolutionState.NoData, 45u)]
    public async Task ResolveAsync_Negative_LastsForTheLesserOfTheSoasTtlAndMinimum(
        Rcode rcode, int ttl, int minimum, ResolutionState state, uint expected)
    {
        Lookup lookup = await ResolveAsync(_ => ScriptedExchange.Negative(rcode, $"cloud.example. {ttl} SOA ns. h. 1 2 3 4 {minimum}"));
        Assert.Equal((state, expected), (lookup.State, lookup.TtlSeconds));
    }

    [Fact]
    public async Task ResolveAsync_NxDomainBehindAChain_IsAboutTheEndOfIt()
    {
        Lookup lookup = await ResolveAsync(_ => new ScriptedExchange.Reply(
            Rcode.NXDomain, ["lb.cloud.example. 30 CNAME gone.cdn.example."], ["cdn.example. 60 SOA ns. h. 1 2 3 4 60"]));
        Assert.Equal((ResolutionState.NxDomain, 30u), (lookup.State, lookup.TtlSeconds));
    }

    [Fact]
    public async Task ResolveAsync_FirstResolverFails_AsksTheNextAndTheLastOverTcp()
    {
        ScriptedExchange exchange = new(asked => asked.IsTcp ? ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1") : ScriptedExchange.Negative(Rcode.ServFail));
        Lookup lookup = await ResolveAsync(exchange);
        Assert.Equal(ResolutionState.Found, lookup.State);
        Assert.Equal(
            [(Two[0], false), (Two[1], false), (Two[0], true)], exchange.Questions.Select(asked => (asked.Server, asked.IsTcp)));
    }

    [Fact]
    public async Task ResolveAsync_NobodyAnswers_FailsAndSaysOfEachWhy()
    {
        Lookup lookup = await ResolveAsync(asked => asked.Server.Equals(Two[0]) ? null : ScriptedExchange.Negative(Rcode.Refused));
        Assert.Equal(ResolutionState.Failed, lookup.State);
        Assert.Equal("192.0.2.53:53: no answer in time; 192.0.2.54:53: it says REFUSED; 192.0.2.53:53 over TCP: no answer in time", lookup.Problem);
    }

    [Fact]
    public async Task ResolveAsync_ServerThatIsNoResolver_IsNoAnswer()
    {
        Lookup lookup = await ResolveAsync(_ => new ScriptedExchange.Reply(
            Rcode.NoError, [], ["example. 60 NS a.gtld.example."], MessageFlags.Response));
        Assert.Equal(ResolutionState.Failed, lookup.State);
        Assert.Contains("no recursive resolver", lookup.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_ServerWithoutEdns_IsAskedWithoutIt()
    {
        ScriptedExchange exchange = new(asked => asked.Message.Edns is null
            ? ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1")
            : ScriptedExchange.Negative(Rcode.FormErr));
        Assert.Equal(ResolutionState.Found, (await ResolveAsync(exchange)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResolveAsync_ServerWithoutEdns_IsAskedAgainAtOnceAndNotTheNext(bool hasQuestion)
    {
        ScriptedExchange exchange = new(asked => asked.Message.Edns is null
            ? ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1")
            : ScriptedExchange.Negative(Rcode.FormErr) with { HasQuestion = hasQuestion });
        Assert.Equal(ResolutionState.Found, (await ResolveAsync(exchange)).State);
        Assert.Equal([(Two[0], true, false), (Two[0], false, false)], exchange.Questions.Select(asked => (asked.Server, asked.Message.Edns is not null, asked.IsTcp)));
    }

    [Fact]
    public async Task ResolveAsync_ServerThatChangesTheCaseOfNames_IsBelievedOverTcp()
    {
        ScriptedExchange exchange = new(_ => ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1") with { FoldsCase = true });
        Assert.Equal(ResolutionState.Found, (await ResolveAsync(exchange)).State);
        Assert.Equal([false, false, true], exchange.Questions.Select(asked => asked.IsTcp));
    }

    [Fact]
    public void IsAnsweredOverTcpBy_AnotherNameTypeOrId_IsNoAnswer()
    {
        StubQuery query = StubQuery.Create(Lb.Name, RecordType.A, null, hasEdns: true, new Random(4).NextBytes);
        byte[] response = [.. query.Wire];
        response[2] |= 0x80;
        Assert.True(query.IsAnsweredOverTcpBy(response));
        int end = 12 + Lb.Name.Wire.Length;
        foreach (int place in new[] { 0, 14, end + 1, end + 3 })
        {
            byte[] other = [.. response];
            other[place] ^= 0x03;
            Assert.False(query.IsAnsweredOverTcpBy(other));
        }
        for (int length = 0; length < end + 4; length++)
        {
            Assert.False(query.IsAnsweredOverTcpBy(response.AsMemory(0, length)));
        }
    }

    [Fact]
    public async Task ResolveAsync_ClientSubnet_IsPassedOn()
    {
        ScriptedExchange exchange = new(_ => ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1"));
        await ResolveAsync(exchange, Lb with { ClientSubnet = IPNetwork.Parse("203.0.113.0/24") });
        Assert.Equal("203.0.113.0/24/0", exchange.Questions[0].Message.Edns?.ClientSubnet?.ToString());
        exchange = new(_ => ScriptedExchange.Answer("lb.cloud.example. 30 A 192.0.2.1"));
        await ResolveAsync(exchange);
        Assert.Null(exchange.Questions[0].Message.Edns?.ClientSubnet);
    }

    [Fact]
    public void Create_TwoQueries_DifferInIdAndCaseAndOnlyTheirOwnAnswerBelongsToThem()
    {
        Random random = new(4);
        StubQuery one = StubQuery.Create(Lb.Name, RecordType.A, null, hasEdns: true, random.NextBytes);
        StubQuery other = StubQuery.Create(Lb.Name, RecordType.A, null, hasEdns: true, random.NextBytes);
        Assert.NotEqual(one.Wire[..2], other.Wire[..2]);
        Assert.NotEqual(one.Wire[12..], other.Wire[12..]);
        byte[] response = [.. one.Wire];
        Assert.False(one.IsAnsweredBy(response));
        response[2] |= 0x80;
        Assert.True(one.IsAnsweredBy(response));
        response[13] ^= 0x20;
        Assert.False(one.IsAnsweredBy(response));
        Assert.False(other.IsAnsweredBy(response));
        for (int length = 0; length < response.Length; length++)
        {
            // Whatever is cut off: no exception, and no answer.
            Assert.False(one.IsAnsweredBy(response.AsMemory(0, length)));
        }
    }

    private static Task<Lookup> ResolveAsync(Func<ScriptedExchange.Asked, ScriptedExchange.Reply?> script) => ResolveAsync(new ScriptedExchange(script));

    private static Task<Lookup> ResolveAsync(ScriptedExchange exchange, OutsideName? name = null) =>
        new StubResolver(exchange, new Random(1).NextBytes, TimeProvider.System).ResolveAsync(
            name ?? Lb, RecordType.A, new ResolversModel(), Two, TestContext.Current.CancellationToken);
}
