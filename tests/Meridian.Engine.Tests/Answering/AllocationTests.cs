using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Invariant 2: no path of the data plane allocates.</summary>
[Collection(AllocationCollection.Name)]
public sealed class AllocationTests
{
    [Fact]
    public void Answer_EveryPath_AllocatesNothing()
    {
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits());
        byte[] response = new byte[4096];
        byte[][] queries = [.. SampleZone.Queries, [1, 2, 3], [.. new byte[12]], [.. Enumerable.Repeat((byte)0xFF, 40)]];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        AskAll(answerer, queries, client, response, 50);

        for (int i = 0; i < queries.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            AskAll(answerer, queries.AsSpan(i, 1), client, response, 2000);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"query {i} allocated {allocated} octets in 2000 answers");
        }
    }

    [Theory]
    [InlineData(0x0A010203u)]
    [InlineData(0xC0000201u)]
    public void Answer_WithViews_AllocatesNothing(uint source)
    {
        DataPlane dataPlane = new ModelBuilder().View("inside", "10.0.0.0/8", "10.1.0.0/16")
            .ZoneOf("example.com@in", ["inside"], ModelBuilder.Records("www", "example.com.", RecordType.A, "192.0.2.1"))
            .Zone("example.com.", ModelBuilder.Records("www", "example.com.", RecordType.A, "203.0.113.1")).Serve();
        QueryAnswerer answerer = new(dataPlane, new AnswerLimits());
        byte[] response = new byte[4096];
        byte[][] queries =
        [
            TestClient.Query("www.example.com.", RecordType.A),
            TestClient.Query("www.example.com.", RecordType.A, "10.0.0.0/8"),
            TestClient.Query("example.com.", RecordType.DS),
            TestClient.Query("no.such.test.", RecordType.A),
        ];
        ClientInfo client = new(ClientAddress.FromIPv4(source), 4711, Transport.Udp, 1_700_000_000);
        AskAll(answerer, queries, client, response, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AskAll(answerer, queries, client, response, 2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Answer_InPlace_AllocatesNothing()
    {
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits());
        byte[] buffer = new byte[4096];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        long allocated = 0;
        foreach (byte[] query in SampleZone.Queries)
        {
            for (int i = 0; i < 100; i++)
            {
                query.CopyTo(buffer, 0);
                long before = GC.GetAllocatedBytesForCurrentThread();
                answerer.Answer(buffer.AsSpan(0, query.Length), client, buffer);
                allocated += i < 10 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Answer_OptionsAliasesAndLimits_AllocateNothing()
    {
        AnsweringModel answering = new()
        {
            NameServerId = "edge-1",
            Identity = "edge-1",
            Cookies = new CookieModel { Secrets = [new byte[16], new byte[16]] },
            RateLimit = new RateLimitModel { PositivePerSecond = 10, NegativePerSecond = 10, ErrorPerSecond = 10 },
            Amplification = 8,
        };
        DataPlane dataPlane = new ModelBuilder().Answering(answering).Add("example.com.", """
            @ NS ns1
            @ NS ns2.sub
            ns1 A 192.0.2.1
            d DNAME ns1
            loop CNAME loop2
            loop2 CNAME loop
            grow DNAME a.grow
            sub NS ns2.sub
            ns2.sub A 192.0.2.2
            """).Serve();
        QueryAnswerer answerer = new(dataPlane, new AnswerLimits());
        byte[] response = new byte[4096];
        byte[][] queries =
        [
            new QueryBuilder("ns1.example.com.", RecordType.A) { UdpPayloadSize = 1232, Cookie = new byte[8], IsNsidRequested = true }.Build(),
            new QueryBuilder("ns1.example.com.", RecordType.A) { UdpPayloadSize = 1232, Cookie = new byte[24] }.Build(),
            new QueryBuilder("id.server.", RecordType.TXT) { Class = RecordClass.CH }.Build(),
            .. new[] { "a.d", "loop", "b.grow", "x.sub", "@", "missing" }.Select(owner => TestClient.Query(
                owner == "@" ? "example.com." : $"{owner}.example.com.", RecordType.NS)),
        ];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        AskAll(answerer, queries, client, response, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AskAll(answerer, queries, client, response, 2000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(Opcode.Update, true, AnswerDisposition.Deferred, Rcode.NoError)]
    [InlineData(Opcode.Query, true, AnswerDisposition.Deferred, Rcode.NoError)]
    [InlineData(Opcode.Update, false, AnswerDisposition.Respond, Rcode.Refused)]
    [InlineData(Opcode.Notify, true, AnswerDisposition.Respond, Rcode.NotImp)]
    public void Answer_SignedOrUpdateWithKeys_IsDeferredOrRefusedAndAllocatesNothing(
        Opcode opcode, bool isSigned, AnswerDisposition disposition, Rcode rcode)
    {
        UpdateKeyModel key = new() { Name = DomainName.Parse("key."), Algorithm = "hmac-sha256", Secret = new byte[] { 1 } };
        QueryAnswerer answerer = new(new ModelBuilder().Add("example.com.", "@ NS ns1\nns1 A 192.0.2.1").UpdateKey("key", key).Serve(), new AnswerLimits());
        byte[] query = new QueryBuilder("example.com.", RecordType.SOA) { Opcode = opcode, Flags = MessageFlags.None }.Build();
        byte[] wire = isSigned ? new TsigSigner(new TsigKey(key.Name, TsigAlgorithm.HmacSha256, [1])).Sign(query, 1_700_000_000) : query;
        byte[] response = new byte[512];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        byte[] asItCame = [.. wire];
        AnswerResult result = answerer.Answer(wire, client, response);
        Assert.Equal((disposition, rcode), (result.Disposition, result.Rcode));
        // What is deferred is still needed as it came.
        Assert.Equal(asItCame, wire);
        AskAll(answerer, [wire], client, response, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AskAll(answerer, [wire], client, response, 2000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AskAll(QueryAnswerer answerer, ReadOnlySpan<byte[]> queries, in ClientInfo client, byte[] response, int times)
    {
        for (int i = 0; i < times; i++)
        {
            foreach (byte[] query in queries)
            {
                answerer.Answer(query, client with { Port = (ushort)i }, response);
            }
        }
    }
}
