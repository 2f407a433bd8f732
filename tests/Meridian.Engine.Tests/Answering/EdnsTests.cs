using System.Text;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>EDNS options and versions, and what the server says of itself.</summary>
public sealed class EdnsTests
{
    private static readonly AnsweringModel Named = new() { NameServerId = "fra-1", Identity = "edge 7", Version = "Meridian 1" };

    private readonly TestClient _client = Client(Named);

    [Fact]
    public void Ask_NsidRequested_IsTold()
    {
        // RFC 5001 §2.3.
        TestResponse response = _client.Ask(Query() with { IsNsidRequested = true });
        Assert.Equal("fra-1", Encoding.UTF8.GetString(response.Option(EdnsOptionCode.Nsid)!));
    }

    [Fact]
    public void Ask_NsidNotRequested_IsNotTold() => Assert.Null(_client.Ask(Query()).Option(EdnsOptionCode.Nsid));

    [Fact]
    public void Ask_NsidNotConfigured_IsNotTold() =>
        Assert.Null(Client(new AnsweringModel()).Ask(Query() with { IsNsidRequested = true }).Option(EdnsOptionCode.Nsid));

    [Theory]
    [InlineData(Transport.Tcp, true)]
    [InlineData(Transport.Udp, false)]
    public void Ask_KeepaliveRequested_IsToldOverTcpOnly(Transport transport, bool isTold)
    {
        // RFC 7828 §3.2.2: units of 100 ms; §3.3.2: never over UDP.
        _client.Transport = transport;
        byte[]? keepalive = _client.Ask(Query() with { HasTcpKeepalive = true }).Option(EdnsOptionCode.TcpKeepalive);
        Assert.Equal(isTold ? [0, 100] : null, keepalive);
    }

    [Fact]
    public void Ask_KeepaliveNotRequested_IsNotTold()
    {
        _client.Transport = Transport.Tcp;
        Assert.Null(_client.Ask(Query()).Option(EdnsOptionCode.TcpKeepalive));
    }

    [Fact]
    public void Ask_UnknownOptionAndPadding_AreIgnored()
    {
        // RFC 6891 §6.1.2; RFC 7830 §6 keeps padding to encrypted transports.
        TestResponse response = _client.Ask(Query() with
        {
            Options = [new EdnsOption((EdnsOptionCode)4242, new byte[] { 1, 2 }), new EdnsOption(EdnsOptionCode.Padding, new byte[40])],
        });
        Assert.Equal(["192.0.2.1"], response.Addresses);
        Assert.Empty(response.Message.Edns!.Options);
    }

    [Fact]
    public void Ask_UnknownVersion_IsBadVersWithOurs()
    {
        // RFC 6891 §6.1.3.
        TestResponse response = _client.Ask(Query() with { EdnsVersion = 1 });
        Assert.Equal(Rcode.BadVers, response.Rcode);
        Assert.Equal(0, response.Message.Edns!.Version);
        Assert.Empty(response.Message.Answer);
    }

    [Theory]
    [InlineData("id.server.", "edge 7")]
    [InlineData("Hostname.BIND.", "edge 7")]
    [InlineData("version.server.", "Meridian 1")]
    [InlineData("version.bind.", "Meridian 1")]
    public void Ask_ChaosName_IsAnswered(string name, string expected)
    {
        TestResponse response = _client.Ask(new QueryBuilder(name, RecordType.TXT) { Class = RecordClass.CH });
        MessageRecord record = Assert.Single(response.Message.Answer);
        Assert.Equal((RecordClass.CH, 0u), (record.Class, record.TtlSeconds));
        Assert.Equal($"\"{expected}\"", RdataText.Format(record.Type, record.Rdata.Span));
        Assert.Equal(MessageFlags.None, response.Message.Header.Flags & MessageFlags.AuthoritativeAnswer);
    }

    [Theory]
    [InlineData("version.bind.", RecordType.A)]
    [InlineData("authors.bind.", RecordType.TXT)]
    [InlineData("www.example.com.", RecordType.A)]
    public void Ask_OtherInChaos_IsRefused(string name, RecordType type) =>
        Assert.Equal(Rcode.Refused, _client.Ask(new QueryBuilder(name, type) { Class = RecordClass.CH }).Rcode);

    [Fact]
    public void Ask_ChaosNotConfigured_IsRefused() => Assert.Equal(
        Rcode.Refused, Client(new AnsweringModel()).Ask(new QueryBuilder("id.server.", RecordType.TXT) { Class = RecordClass.CH }).Rcode);

    [Fact]
    public void Ask_NameInNoZone_SaysNotAuthoritative() =>
        // RFC 8914 §4.21.
        Assert.Equal(20, _client.Ask(new QueryBuilder("elsewhere.test.", RecordType.A) { UdpPayloadSize = 1232 }).ExtendedError);

    [Fact]
    public void Ask_ZoneTransfer_SaysProhibited() =>
        // RFC 8914 §4.19.
        Assert.Equal(18, _client.Ask(Query() with { Type = RecordType.AXFR }).ExtendedError);

    [Theory]
    [InlineData(Opcode.Notify)]
    [InlineData(Opcode.Update)]
    public void Ask_OpcodeNotServed_IsNotImpAndSaysSo(Opcode opcode)
    {
        // RFC 8914 §4.22.
        TestResponse response = _client.Ask(Query() with { Opcode = opcode });
        Assert.Equal((Rcode.NotImp, 21), (response.Rcode, response.ExtendedError));
    }

    [Fact]
    public void Ask_PlaceWithoutBranch_SaysFiltered()
    {
        TestClient client = new(new ModelBuilder()
            .Site("eu").Pool("eu", "192.0.2.1")
            .Policy("residency", new GeoNode([new(ModelBuilder.Place("EU"), new PoolNode("eu"))], null, Strict: true))
            .Zone("example.com.", ModelBuilder.Steered("www", "example.com.", RecordType.A, "residency"))
            .Serve(ModelBuilder.Places(("193.0.0.0/16", "NL"), ("8.0.0.0/9", "US"))));
        TestResponse outside = client.Ask("www.example.com.", RecordType.A, "8.8.8.0/24");
        Assert.Equal((AnswerKind.NoData, 17), (outside.Result.Kind, outside.ExtendedError));
        Assert.Null(client.Ask("www.example.com.", RecordType.A, "193.0.6.0/24").ExtendedError);
    }

    [Theory]
    [InlineData(WhenAllDown.NoData, Rcode.NoError, 22)]
    [InlineData(WhenAllDown.ServFail, Rcode.ServFail, 22)]
    [InlineData(WhenAllDown.ServeAll, Rcode.NoError, null)]
    public void Ask_NothingAvailable_SaysNoReachable(WhenAllDown whenAllDown, Rcode rcode, int? error)
    {
        TestClient client = new(new ModelBuilder()
            .Site("eu").Pool("eu", "192.0.2.1").Down("eu", "192.0.2.1")
            .Policy("p", new PoolNode("eu"), policy => policy with { WhenAllDown = whenAllDown })
            .Zone("example.com.", ModelBuilder.Steered("www", "example.com.", RecordType.A, "p"))
            .Serve());
        TestResponse response = client.Ask("www.example.com.", RecordType.A);
        Assert.Equal((rcode, error), (response.Rcode, response.ExtendedError));
        // RFC 8914 §2: with words for people.
        string? words = response.Option(EdnsOptionCode.ExtendedError) is { } option ? Encoding.UTF8.GetString(option.AsSpan(2)) : null;
        Assert.Equal(error is null ? null : "no member is available", words);
    }

    private static TestClient Client(AnsweringModel answering) =>
        new(new ModelBuilder().Add("example.com.", "www A 192.0.2.1").Answering(answering).Serve());

    private static QueryBuilder Query() => new("www.example.com.", RecordType.A) { UdpPayloadSize = 1232 };

    [Fact]
    public void Ask_AnswerThatJustFits_KeepsNoRoomForAnExtendedError()
    {
        // RFC 8914 §3: other data comes before extended errors.
        TestClient client = new(TextZones.Serve("example.com.", $"""
            @ NS ns1
            wide TXT {string.Join(' ', Enumerable.Repeat($"\"{new string('x', 200)}\"", 3))}
            """));
        QueryBuilder query = new("wide.example.com.", RecordType.TXT);
        int length = client.Ask(query with { UdpPayloadSize = 1232 }).Octets.Length;

        Assert.Equal(1, client.Ask(query with { UdpPayloadSize = (ushort)length }).AnswerCount);
        Assert.Equal(0, client.Ask(query with { UdpPayloadSize = (ushort)(length - 1) }).AnswerCount);
    }
}
