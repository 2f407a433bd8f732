using System.Collections.Immutable;
using System.Globalization;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>The accounts of response rate limiting over real sockets: each kind of answer its own, slips, and who is exempt.</summary>
public sealed class RateLimitTests(ITestOutputHelper output)
{
    private const int Sent = 400;
    private const string Settings = "answering: {rate-limit: {positive: 50, negative: 20, error: 10, slip: 4, exempt: [127.70.3.0/24]}}";
    private const uint Network = (127u << 24) | (70u << 16);

    private static readonly TestZone Zone = new("limited.test.", """
        $TTL 300
        @ IN SOA ns1 hostmaster 1 7200 900 1209600 300
        @ IN NS ns1
        ns1 IN A 192.0.2.53

        """);

    [Fact]
    public async Task Answers_OverTheirBudgets_AreLimitedByKindAndNetwork()
    {
        await using ServerSubject server = await ServerSubject.StartAsync(
            SubjectKind.Meridian, ImmutableArray.Create(Zone), place => MeridianSetup.Create(place, Settings), TestContext.Current.CancellationToken);
        using CraftedSocket socket = new(server.Endpoint);
        Tally positive = Ask(socket, Network | 1, "ns1.limited.test.", Rcode.NoError);
        Tally negative = Ask(socket, Network | 2, "missing.limited.test.", Rcode.NXDomain);
        Tally refused = Ask(socket, Network | 3, "www.elsewhere.example.", Rcode.Refused);
        Tally neighbour = Ask(socket, Network | (1 << 8) | 1, "ns1.limited.test.", Rcode.NoError);
        Tally exempt = Ask(socket, Network | (3 << 8) | 1, "ns1.limited.test.", Rcode.NoError);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Sent} questions each, answered/slipped: positive {positive}, negative {negative}, refused {refused}, positive of another network {neighbour}, of an exempt one {exempt}");
        output.WriteLine(text);
        AssertBudget(50, positive, text);
        AssertBudget(20, negative, text);
        AssertBudget(10, refused, text);
        AssertBudget(50, neighbour, text);
        Assert.True(exempt is { Answered: Sent, Slipped: 0 }, text);
    }

    private static void AssertBudget(int perSecond, Tally tally, string text)
    {
        // The questions fall into one second of the server's clock, or into two.
        Assert.True(tally.Answered >= perSecond && tally.Answered <= 2 * perSecond, text);
        // One in four of what is over the budget; the account of slips goes on from kind to kind.
        Assert.InRange(tally.Slipped, ((Sent - tally.Answered) / 4) - 1, ((Sent - tally.Answered) / 4) + 1);
    }

    private static Tally Ask(CraftedSocket socket, uint source, string name, Rcode expected)
    {
        byte[] query = new QueryBuilder(name, RecordType.A).Build();
        int answered = 0;
        int slipped = 0;
        for (int i = 0; i < Sent; i++)
        {
            socket.Send(source, query);
        }
        socket.Flush();
        int heard;
        do
        {
            heard = answered + slipped;
            socket.Receive(Hear, TimeSpan.FromMilliseconds(300));
        }
        while (answered + slipped > heard);
        return new Tally(answered, slipped);

        void Hear(ReadOnlySpan<byte> answer)
        {
            bool isTruncated = (answer[2] & 0x02) != 0;
            Assert.Equal(isTruncated ? Rcode.NoError : expected, (Rcode)(answer[3] & 0xF));
            slipped += isTruncated ? 1 : 0;
            answered += isTruncated ? 0 : 1;
        }
    }

    private sealed record Tally(int Answered, int Slipped)
    {
        public override string ToString() => $"{Answered}/{Slipped}";
    }
}
