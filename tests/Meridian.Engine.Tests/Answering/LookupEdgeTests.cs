using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>The corners of RFC 4592, 8020, 2308, 8482 and 8906; whole answers, as NSD 4.6 gives them from the same zone.</summary>
public sealed class LookupEdgeTests
{
    private const string Zone = """
        @ NS ns1
        @ TXT "apex"
        ns1 A 192.0.2.53
        *.cname CNAME ns1
        *.lost CNAME missing
        *.self CNAME a.self
        *.mx MX 10 ns1
        sub.*.mx A 192.0.2.79
        *.ns NS ns1
        exists.wild A 192.0.2.1
        *.wild A 192.0.2.2
        *.deep.wild A 192.0.2.3
        a.b.ent A 192.0.2.4
        self CNAME self
        tosub CNAME www.sub
        tocut CNAME www.cut
        cut NS ns.cut
        cut DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000
        ns.cut A 192.0.2.54
        *.cut A 192.0.2.55
        sub NS ns.sub
        ns.sub A 192.0.2.90
        todsofsub CNAME sub
        """;

    private const string Child = """
        @ NS ns
        ns A 192.0.2.90
        www A 192.0.2.91
        up CNAME ns1.example.com.
        apexalias CNAME sub.example.com.
        """;

    private static readonly string Soa = TextZones.Soa("example.com.");

    private readonly TestClient _client = new(
        new ModelBuilder().Add("example.com.", Zone).Add("sub.example.com.", Child).Serve());

    [Fact]
    public void Ask_WildcardCname_IsFollowed() => _client.AssertAnswer(
        "a.b.cname.example.com.", RecordType.A, "NOERROR aa",
        "AN a.b.cname.example.com. 300 CNAME ns1.example.com.",
        "AN ns1.example.com. 300 A 192.0.2.53");

    [Theory]
    [InlineData(RecordType.NSEC)]
    [InlineData(RecordType.RRSIG)]
    public void Ask_DnssecTypeAtAlias_IsAboutTheAliasItself(RecordType type)
    {
        // RFC 4035 §2.5: these stand beside a CNAME.
        _client.AssertAnswer("self.example.com.", type, "NOERROR aa", Soa);
        _client.AssertAnswer("a.cname.example.com.", type, "NOERROR aa", Soa);
    }

    [Fact]
    public void Ask_WildcardCnameToMissing_IsNxDomain() => _client.AssertAnswer(
        "a.lost.example.com.", RecordType.A, "NXDOMAIN aa", "AN a.lost.example.com. 300 CNAME missing.example.com.", Soa);

    [Fact]
    public void Ask_WildcardCnameToItself_IsAnsweredOnce() => _client.AssertAnswer(
        "a.self.example.com.", RecordType.A, "NOERROR aa", "AN a.self.example.com. 300 CNAME a.self.example.com.");

    [Fact]
    public void Ask_CnameToItself_IsAnsweredOnce() => _client.AssertAnswer(
        "self.example.com.", RecordType.A, "NOERROR aa", "AN self.example.com. 300 CNAME self.example.com.");

    [Fact]
    public void Ask_BelowAsteriskInsideName_IsNotCoveredByTheWildcard()
    {
        // RFC 4592 §2.2.1 and §3.3.1: the asterisk label exists, so it is the closest encloser, and has no wildcard child.
        _client.AssertAnswer("x.*.mx.example.com.", RecordType.MX, "NXDOMAIN aa", Soa);
        _client.AssertAnswer("sub.*.mx.example.com.", RecordType.A, "NOERROR aa", "AN sub.*.mx.example.com. 300 A 192.0.2.79");
        _client.AssertAnswer(
            "x.mx.example.com.", RecordType.MX, "NOERROR aa",
            "AN x.mx.example.com. 300 MX 10 ns1.example.com.", "AR ns1.example.com. 300 A 192.0.2.53");
    }

    [Fact]
    public void Ask_WildcardWithNs_IsNotADelegationForTheNamesItStandsFor()
    {
        // RFC 4592 §4.2 leaves it undefined; NSD answers the names from the wildcard, and refers for the wildcard itself.
        _client.AssertAnswer("a.ns.example.com.", RecordType.A, "NOERROR aa", Soa);
        _client.AssertAnswer(
            "a.ns.example.com.", RecordType.NS, "NOERROR aa",
            "AN a.ns.example.com. 300 NS ns1.example.com.", "AR ns1.example.com. 300 A 192.0.2.53");
        _client.AssertAnswer(
            "x.*.ns.example.com.", RecordType.A, "NOERROR",
            "NS *.ns.example.com. 300 NS ns1.example.com.", "AR ns1.example.com. 300 A 192.0.2.53");
    }

    [Fact]
    public void Ask_BelowExistingNameBesideWildcard_IsNxDomain()
    {
        // RFC 4592 §3.3.1: only the closest encloser's own wildcard counts.
        _client.AssertAnswer("x.exists.wild.example.com.", RecordType.A, "NXDOMAIN aa", Soa);
        _client.AssertAnswer("x.deep.wild.example.com.", RecordType.A, "NOERROR aa", "AN x.deep.wild.example.com. 300 A 192.0.2.3");
        _client.AssertAnswer("deep.wild.example.com.", RecordType.A, "NOERROR aa", Soa);
    }

    [Fact]
    public void Ask_AboveDeepName_IsNoDataAllTheWay()
    {
        // RFC 8020 §2: NXDOMAIN would say that nothing is below either.
        _client.AssertAnswer("b.ent.example.com.", RecordType.A, "NOERROR aa", Soa);
        _client.AssertAnswer("ent.example.com.", RecordType.A, "NOERROR aa", Soa);
        _client.AssertAnswer("x.ent.example.com.", RecordType.A, "NXDOMAIN aa", Soa);
    }

    [Fact]
    public void Ask_WildcardBelowCut_IsReferred() => _client.AssertAnswer(
        "any.cut.example.com.", RecordType.A, "NOERROR",
        "NS cut.example.com. 300 NS ns.cut.example.com.", "AR ns.cut.example.com. 300 A 192.0.2.54");

    [Fact]
    public void Ask_DsAtCut_IsAnsweredByTheParent() => _client.AssertAnswer(
        "cut.example.com.", RecordType.DS, "NOERROR aa",
        "AN cut.example.com. 300 DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000");

    [Fact]
    public void Ask_DsBelowCut_IsReferred() => _client.AssertAnswer(
        "x.cut.example.com.", RecordType.DS, "NOERROR",
        "NS cut.example.com. 300 NS ns.cut.example.com.", "AR ns.cut.example.com. 300 A 192.0.2.54");

    [Fact]
    public void Ask_DsAtApexOfServedChild_IsAnsweredByTheServedParent()
    {
        _client.AssertAnswer("sub.example.com.", RecordType.DS, "NOERROR aa", Soa);
        _client.AssertAnswer("apexalias.sub.example.com.", RecordType.DS, "NOERROR aa",
            "AN apexalias.sub.example.com. 300 CNAME sub.example.com.", Soa);
    }

    [Fact]
    public void Ask_DsAtApexWithoutServedParent_IsNoData() =>
        _client.AssertAnswer("example.com.", RecordType.DS, "NOERROR aa", Soa);

    [Fact]
    public void Ask_NsAtApexOfServedChild_IsAnsweredByTheChild() => _client.AssertAnswer(
        "sub.example.com.", RecordType.NS, "NOERROR aa",
        "AN sub.example.com. 300 NS ns.sub.example.com.", "AR ns.sub.example.com. 300 A 192.0.2.90");

    [Fact]
    public void Ask_ChainIntoTheChildAndOut_IsFollowed()
    {
        _client.AssertAnswer(
            "tosub.example.com.", RecordType.A, "NOERROR aa",
            "AN tosub.example.com. 300 CNAME www.sub.example.com.", "AN www.sub.example.com. 300 A 192.0.2.91");
        _client.AssertAnswer(
            "up.sub.example.com.", RecordType.A, "NOERROR aa",
            "AN up.sub.example.com. 300 CNAME ns1.example.com.", "AN ns1.example.com. 300 A 192.0.2.53");
    }

    [Fact]
    public void Ask_ChainIntoACut_IsReferredBehindIt() => _client.AssertAnswer(
        "tocut.example.com.", RecordType.A, "NOERROR aa",
        "AN tocut.example.com. 300 CNAME www.cut.example.com.",
        "NS cut.example.com. 300 NS ns.cut.example.com.",
        "AR ns.cut.example.com. 300 A 192.0.2.54");

    [Theory]
    [InlineData(RecordType.OPT)]
    [InlineData(RecordType.TSIG)]
    [InlineData(RecordType.MAILB)]
    [InlineData((RecordType)0)]
    [InlineData((RecordType)65280)]
    public void Ask_TypeThatIsNeverThere_IsNoData(RecordType type) =>
        _client.AssertAnswer("example.com.", type, "NOERROR aa", Soa);

    [Theory]
    [InlineData(RecordClass.CH)]
    [InlineData(RecordClass.HS)]
    [InlineData(RecordClass.NONE)]
    [InlineData((RecordClass)257)]
    public void Ask_OtherClass_IsRefused(RecordClass recordClass) =>
        Assert.Equal(Rcode.Refused, _client.Ask(new QueryBuilder("example.com.", RecordType.A) { Class = recordClass }.Build()).Rcode);

    [Fact]
    public void Ask_AnyClass_IsAnsweredWithoutAuthority()
    {
        TestResponse response = _client.Ask(new QueryBuilder("ns1.example.com.", RecordType.A) { Class = RecordClass.ANY }.Build());
        Assert.Equal(["192.0.2.53"], response.Addresses);
        Assert.Equal(MessageFlags.None, response.Message.Header.Flags & MessageFlags.AuthoritativeAnswer);
    }

    [Fact]
    public void Ask_LongestName_IsAnswered()
    {
        string label = new('x', 63);
        // 255 octets with the root label: the longest name there can be (RFC 1035 §2.3.4).
        string name = $"{label}.{label}.{label}.{new string('y', 43)}.cname.example.com.";
        Assert.Equal(255, Meridian.Dns.Names.DomainName.Parse(name).Wire.Length);
        _client.AssertAnswer(
            name, RecordType.A, "NOERROR aa", $"AN {name} 300 CNAME ns1.example.com.", "AN ns1.example.com. 300 A 192.0.2.53");
    }
}
