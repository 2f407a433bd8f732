using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>What goes along in the additional section (RFC 1034 §4.3.2 step 6, RFC 9460 §4.1, RFC 9471), and how long answers are.</summary>
public sealed class AdditionalTests
{
    private const string Zone = """
        @ NS ns1
        @ NS ns2
        @ NS ns2.example.net.
        @ MX 10 mail
        @ MX 20 mail2
        @ MX 30 mail.example.net.
        ns1 A 192.0.2.53
        ns1 AAAA 2001:db8::53
        ns2 A 192.0.2.54
        mail A 192.0.2.25
        mail AAAA 2001:db8::25
        mail2 A 192.0.2.26
        _sip._tcp SRV 1 2 443 mail
        _none._tcp SRV 0 0 0 .
        svc HTTPS 1 mail alpn=h2
        self HTTPS 1 . alpn=h2
        self A 192.0.2.99
        alias HTTPS 0 self
        twice MX 10 mail2
        twice MX 20 mail2
        selfmx MX 10 selfmx
        selfmx A 192.0.2.42
        towild MX 10 a.hosts
        *.hosts A 192.0.2.40
        toglue MX 10 ns.child
        toredirect MX 10 x.d
        d DNAME mail
        x.d A 192.0.2.41
        null MX 0 .
        itself MX 10 itself
        itself A 192.0.2.42
        toalias MX 10 cname
        cname CNAME mail
        child NS ns.child
        child NS ns1
        child NS ns.sib
        child NS ns.example.org.
        ns.child A 192.0.2.55
        ns.child AAAA 2001:db8::55
        sib NS ns.sib
        ns.sib A 192.0.2.56
        wild NS ns.any.hosts
        """;

    private readonly TestClient _client = new(TextZones.Serve("example.com.", Zone));

    [Fact]
    public void Ask_MxThatNamesItsOwner_BringsTheOwnersAddress() => _client.AssertAnswer(
        "itself.example.com.", RecordType.MX, "NOERROR aa",
        "AN itself.example.com. 300 MX 10 itself.example.com.",
        "AR itself.example.com. 300 A 192.0.2.42");

    [Fact]
    public void Ask_Mx_BringsTheExchangesAddresses() => _client.AssertAnswer(
        "example.com.", RecordType.MX, "NOERROR aa",
        "AN example.com. 300 MX 10 mail.example.com.",
        "AN example.com. 300 MX 20 mail2.example.com.",
        "AN example.com. 300 MX 30 mail.example.net.",
        "AR mail.example.com. 300 A 192.0.2.25",
        "AR mail2.example.com. 300 A 192.0.2.26",
        "AR mail.example.com. 300 AAAA 2001:db8::25");

    [Fact]
    public void Ask_Srv_BringsTheTargetsAddresses() => _client.AssertAnswer(
        "_sip._tcp.example.com.", RecordType.SRV, "NOERROR aa",
        "AN _sip._tcp.example.com. 300 SRV 1 2 443 mail.example.com.",
        "AR mail.example.com. 300 A 192.0.2.25",
        "AR mail.example.com. 300 AAAA 2001:db8::25");

    [Fact]
    public void Ask_SrvWithoutHost_BringsNothing() => _client.AssertAnswer(
        "_none._tcp.example.com.", RecordType.SRV, "NOERROR aa", "AN _none._tcp.example.com. 300 SRV 0 0 0 .");

    [Fact]
    public void Ask_NullMx_BringsNothing() =>
        // RFC 7505 §3.
        _client.AssertAnswer("null.example.com.", RecordType.MX, "NOERROR aa", "AN null.example.com. 300 MX 0 .");

    [Fact]
    public void Ask_HttpsInAliasMode_BringsTheTargetsServiceToo() => _client.AssertAnswer(
        "alias.example.com.", RecordType.HTTPS, "NOERROR aa",
        "AN alias.example.com. 300 HTTPS 0 self.example.com.",
        "AR self.example.com. 300 A 192.0.2.99",
        "AR self.example.com. 300 HTTPS 1 . alpn=\"h2\"");

    [Fact]
    public void Ask_HttpsForTheOwnerItself_BringsNothing() => _client.AssertAnswer(
        "self.example.com.", RecordType.HTTPS, "NOERROR aa", "AN self.example.com. 300 HTTPS 1 . alpn=\"h2\"");

    [Fact]
    public void Ask_TwoRecordsWithOneHost_BringItsAddressesOnce() => _client.AssertAnswer(
        "twice.example.com.", RecordType.MX, "NOERROR aa",
        "AN twice.example.com. 300 MX 10 mail2.example.com.",
        "AN twice.example.com. 300 MX 20 mail2.example.com.",
        "AR mail2.example.com. 300 A 192.0.2.26");

    [Fact]
    public void Ask_OwnerThatIsItsOwnTarget_BringsItsAddresses() => _client.AssertAnswer(
        "selfmx.example.com.", RecordType.MX, "NOERROR aa",
        "AN selfmx.example.com. 300 MX 10 selfmx.example.com.", "AR selfmx.example.com. 300 A 192.0.2.42");

    [Fact]
    public void Ask_TargetFromWildcard_BringsItUnderTheTargetsName() => _client.AssertAnswer(
        "towild.example.com.", RecordType.MX, "NOERROR aa",
        "AN towild.example.com. 300 MX 10 a.hosts.example.com.", "AR a.hosts.example.com. 300 A 192.0.2.40");

    [Theory]
    [InlineData("toglue", "ns.child")]
    [InlineData("toredirect", "x.d")]
    [InlineData("toalias", "cname")]
    public void Ask_TargetThatIsNotOurs_BringsNothing(string owner, string target) => _client.AssertAnswer(
        $"{owner}.example.com.", RecordType.MX, "NOERROR aa", $"AN {owner}.example.com. 300 MX 10 {target}.example.com.");

    [Fact]
    public void Ask_Minimal_BringsOnlyNameServers()
    {
        TestClient client = new(new ModelBuilder().Add("example.com.", Zone).Answering(new AnsweringModel { IsMinimal = true }).Serve());
        Assert.Empty(client.Ask("example.com.", RecordType.MX).Message.Additional);
        Assert.Equal(3, client.Ask("example.com.", RecordType.NS).Message.Additional.Length);
        Assert.Equal(5, client.Ask("child.example.com.", RecordType.A).Message.Additional.Length);
    }

    [Fact]
    public void Ask_Referral_BringsRequiredGlueFirstThenAllA() => _client.AssertAnswer(
        "www.child.example.com.", RecordType.A, "NOERROR",
        "NS child.example.com. 300 NS ns.child.example.com.",
        "NS child.example.com. 300 NS ns1.example.com.",
        "NS child.example.com. 300 NS ns.sib.example.com.",
        "NS child.example.com. 300 NS ns.example.org.",
        "AR ns.child.example.com. 300 A 192.0.2.55",
        "AR ns.child.example.com. 300 AAAA 2001:db8::55",
        "AR ns1.example.com. 300 A 192.0.2.53",
        "AR ns.sib.example.com. 300 A 192.0.2.56",
        "AR ns1.example.com. 300 AAAA 2001:db8::53");

    // What NSD 4.6 needs for the same sections of the same zone (MX: with its minimal responses, and the addresses by hand).
    [Theory]
    [InlineData("example.com.", RecordType.NS, 154)]
    [InlineData("www.child.example.com.", RecordType.A, 227)]
    [InlineData("example.com.", RecordType.MX, 104 + 16 + 16 + 28)]
    [InlineData("missing.example.com.", RecordType.A, 84 + 4)]
    public void Ask_Compressed_IsAsShortAsNsd(string name, RecordType type, int octets) =>
        Assert.Equal(octets, _client.Ask(TestClient.Query(name, type, ednsSize: null)).Octets.Length);

    [Fact]
    public void Ask_NamesWithSharedSuffixOutsideTheZone_PointAtEachOther()
    {
        TestClient client = new(TextZones.Serve("example.com.", """
            @ NS ns1.dns.provider.example.
            @ NS ns2.DNS.provider.example.
            @ NS ns3.dns.provider.example.
            """));
        TestResponse response = client.Ask(TestClient.Query("example.com.", RecordType.NS, ednsSize: null));
        // Header and question 29, three records of 12; names of 26, 6 and 6.
        Assert.Equal(29 + 36 + 26 + 6 + 6, response.Octets.Length);
        client.AssertAnswer(
            "example.com.", RecordType.NS, "NOERROR aa",
            "AN example.com. 300 NS ns1.dns.provider.example.",
            "AN example.com. 300 NS ns2.dns.provider.example.",
            "AN example.com. 300 NS ns3.dns.provider.example.");
    }

    [Fact]
    public void Ask_Rotated_BringsEachHostsOwnAddresses()
    {
        string[] names = [.. Enumerable.Range(1, 4).Select(i => $"ns{i}.dns")];
        ModelBuilder builder = new();
        List<RRsetModel> rrsets = [ModelBuilder.Records("@", "example.com.", RecordType.NS, names) with { Rotate = true }];
        rrsets.AddRange(names.Select((name, i) => ModelBuilder.Records(name, "example.com.", RecordType.A, $"192.0.2.{i + 1}")));
        TestClient client = new(builder.Zone("example.com.", [.. rrsets]).Serve());
        HashSet<string> firsts = [];
        for (int i = 0; i < 4; i++)
        {
            string[] lines = client.Text("example.com.", RecordType.NS).Split('\n');
            firsts.Add(lines[1]);
            Assert.Equal(
                Enumerable.Range(1, 4).Select(n => $"AR ns{n}.dns.example.com. 300 A 192.0.2.{n}"),
                lines[5..].Order(StringComparer.Ordinal));
        }
        Assert.Equal(4, firsts.Count);
    }

    [Fact]
    public void Ask_InDomainGlueThatDoesNotFit_IsTruncated()
    {
        // RFC 9471 §3.1.
        string zone = string.Join('\n', Enumerable.Range(1, 12).SelectMany(
            i => new[] { $"sub NS ns{i}.sub", $"ns{i}.sub A 192.0.2.{i}", $"ns{i}.sub AAAA 2001:db8::{i:x}" }));
        TestClient client = new(TextZones.Serve("example.com.", zone));
        TestResponse small = client.Ask(TestClient.Query("www.sub.example.com.", RecordType.A, ednsSize: null));
        Assert.True((small.Result.Flags & AnswerFlags.Truncated) != 0);
        TestResponse large = client.Ask(TestClient.Query("www.sub.example.com.", RecordType.A));
        Assert.True((large.Result.Flags & AnswerFlags.Truncated) == 0);
        Assert.Equal(24, large.Message.Additional.Length);
    }

    [Fact]
    public void Ask_SiblingGlueThatDoesNotFit_IsLeftOut()
    {
        // RFC 9471 §3.2.
        string zone = string.Join('\n', Enumerable.Range(1, 12).SelectMany(
            i => new[] { $"sub NS ns{i}.other", $"ns{i}.other A 192.0.2.{i}", $"ns{i}.other AAAA 2001:db8::{i:x}" }));
        TestResponse response = new TestClient(TextZones.Serve("example.com.", "other NS ns1.other\n" + zone))
            .Ask(TestClient.Query("www.sub.example.com.", RecordType.A, ednsSize: null));
        Assert.True((response.Result.Flags & AnswerFlags.Truncated) == 0);
        Assert.InRange(response.Message.Additional.Length, 1, 23);
        Assert.All(response.Message.Additional.Take(10), record => Assert.Equal(RecordType.A, record.Type));
    }

    [Fact]
    public void Ask_ReferralOfSixtyKibibytes_HasAllItsGlueRight()
    {
        // The names of the later servers stand where no pointer reaches: their addresses carry them in full.
        const int Servers = 1300;
        string zone = string.Join('\n', Enumerable.Range(0, Servers).SelectMany(
            i => new[] { $"sub NS server-{i}.sub", $"server-{i}.sub A 10.0.{i >> 8}.{i & 255}" }));
        TestClient client = new(TextZones.Serve("example.com.", zone)) { Transport = Transport.Tcp };

        TestResponse response = client.Ask(TestClient.Query("www.sub.example.com.", RecordType.A));

        Assert.True((response.Result.Flags & AnswerFlags.Truncated) == 0);
        Assert.InRange(response.Octets.Length, 0x8000, ushort.MaxValue);
        Assert.Equal(Servers, response.Message.Authority.Length);
        Assert.Equal(
            Enumerable.Range(0, Servers).Select(i => $"server-{i}.sub.example.com. 10.0.{i >> 8}.{i & 255}").Order(StringComparer.Ordinal),
            response.Message.Additional.Select(record => $"{record.Owner} {RdataText.Format(record.Type, record.Rdata.Span)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Ask_AnswerOfSixtyFourKibibytes_IsWholeOverTcp()
    {
        string zone = string.Join('\n', Enumerable.Range(0, 255).Select(i => $"big TXT \"{i:d3}{new string('x', 240)}\""));
        TestClient client = new(TextZones.Serve("example.com.", zone)) { Transport = Transport.Tcp };
        TestResponse response = client.Ask(TestClient.Query("big.example.com.", RecordType.TXT));
        Assert.Equal(255, response.AnswerCount);
        Assert.InRange(response.Octets.Length, 65_000, ushort.MaxValue);
    }
}
