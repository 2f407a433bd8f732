using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>RFC 6672, answers whole. What NSD 4.6 answers from the same zone was compared by hand.</summary>
public sealed class DnameTests
{
    private const string LongTarget =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb."
        + "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc.example.com.";

    private const string Zone = $"""
        @ NS ns1
        ns1 A 192.0.2.53
        d 120 DNAME other
        d TXT "owner"
        below.d A 192.0.2.66
        *.wild.d A 192.0.2.67
        other A 192.0.2.77
        x.other A 192.0.2.78
        again.other CNAME x.d
        away DNAME www.example.net.
        root DNAME .
        todname CNAME x.d
        loop DNAME pool
        pool DNAME loop
        grow DNAME a.grow
        *.star DNAME other
        long DNAME {LongTarget}
        cut NS ns.cut
        ns.cut A 192.0.2.54
        dname.cut DNAME other
        """;

    private readonly TestClient _client = new(TextZones.Serve("example.com.", Zone));

    [Fact]
    public void Ask_BelowDname_FollowsItWithItsTtl() => _client.AssertAnswer(
        "x.d.example.com.", RecordType.A, "NOERROR aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN x.d.example.com. 120 CNAME x.other.example.com.",
        "AN x.other.example.com. 300 A 192.0.2.78");

    [Fact]
    public void Ask_BelowDnameToMissingName_IsNxDomainBehindIt() => _client.AssertAnswer(
        "q.d.example.com.", RecordType.A, "NXDOMAIN aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN q.d.example.com. 120 CNAME q.other.example.com.",
        TextZones.Soa("example.com."));

    [Fact]
    public void Ask_OwnerOfDname_IsNotRedirected() => _client.AssertAnswer(
        "d.example.com.", RecordType.TXT, "NOERROR aa", "AN d.example.com. 300 TXT \"owner\"");

    [Fact]
    public void Ask_OwnerOfDnameOtherType_IsNoData() => _client.AssertAnswer(
        "d.example.com.", RecordType.A, "NOERROR aa", TextZones.Soa("example.com."));

    [Fact]
    public void Ask_DnameItself_IsAnswered() => _client.AssertAnswer(
        "d.example.com.", RecordType.DNAME, "NOERROR aa", "AN d.example.com. 120 DNAME other.example.com.");

    [Fact]
    public void Ask_RecordBelowDname_IsOccluded() => _client.AssertAnswer(
        "below.d.example.com.", RecordType.A, "NXDOMAIN aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN below.d.example.com. 120 CNAME below.other.example.com.",
        TextZones.Soa("example.com."));

    [Fact]
    public void Ask_WildcardBelowDname_IsOccluded() => _client.AssertAnswer(
        "a.wild.d.example.com.", RecordType.A, "NXDOMAIN aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN a.wild.d.example.com. 120 CNAME a.wild.other.example.com.",
        TextZones.Soa("example.com."));

    [Fact]
    public void Ask_CnameBelowDname_IsTheSynthesisedOne() => _client.AssertAnswer(
        "x.d.example.com.", RecordType.CNAME, "NOERROR aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN x.d.example.com. 120 CNAME x.other.example.com.");

    [Fact]
    public void Ask_DnameOutOfTheZone_EndsThere() => _client.AssertAnswer(
        "a.b.away.example.com.", RecordType.A, "NOERROR aa",
        "AN away.example.com. 300 DNAME www.example.net.",
        "AN a.b.away.example.com. 300 CNAME a.b.www.example.net.");

    [Fact]
    public void Ask_DnameToTheRoot_LeavesThePrefix() => _client.AssertAnswer(
        "a.b.root.example.com.", RecordType.A, "NOERROR aa",
        "AN root.example.com. 300 DNAME .",
        "AN a.b.root.example.com. 300 CNAME a.b.");

    [Fact]
    public void Ask_CnameToBelowDname_FollowsBoth() => _client.AssertAnswer(
        "todname.example.com.", RecordType.A, "NOERROR aa",
        "AN todname.example.com. 300 CNAME x.d.example.com.",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN x.d.example.com. 120 CNAME x.other.example.com.",
        "AN x.other.example.com. 300 A 192.0.2.78");

    [Fact]
    public void Ask_DnamePassedTwice_IsInTheAnswerOnce() => _client.AssertAnswer(
        "again.d.example.com.", RecordType.A, "NOERROR aa",
        "AN d.example.com. 120 DNAME other.example.com.",
        "AN again.d.example.com. 120 CNAME again.other.example.com.",
        "AN again.other.example.com. 300 CNAME x.d.example.com.",
        "AN x.d.example.com. 120 CNAME x.other.example.com.",
        "AN x.other.example.com. 300 A 192.0.2.78");

    [Fact]
    public void Ask_DnameLoop_EndsWhereTheNameRepeats() => _client.AssertAnswer(
        "a.loop.example.com.", RecordType.A, "NOERROR aa",
        "AN loop.example.com. 300 DNAME pool.example.com.",
        "AN a.loop.example.com. 300 CNAME a.pool.example.com.",
        "AN pool.example.com. 300 DNAME loop.example.com.",
        "AN a.pool.example.com. 300 CNAME a.loop.example.com.");

    [Fact]
    public void Ask_DnameThatGrows_EndsAtTheLimit() =>
        Assert.Equal(1 + AnswerLimits.MaxCnameChainLength, _client.Ask("b.grow.example.com.", RecordType.A).AnswerCount);

    [Fact]
    public void Ask_NameThatJustFits_IsAnswered()
    {
        // The target has 196 octets, which leave 59 of 255 for the prefix: a label of 58.
        string label = new('x', 58);
        _client.AssertAnswer(
            $"{label}.long.example.com.", RecordType.A, "NXDOMAIN aa",
            $"AN long.example.com. 300 DNAME {LongTarget}",
            $"AN {label}.long.example.com. 300 CNAME {label}.{LongTarget}",
            TextZones.Soa("example.com."));
    }

    [Fact]
    public void Ask_NameTooLongByOne_IsYXDomainWithTheDname() => _client.AssertAnswer(
        $"{new string('x', 59)}.long.example.com.", RecordType.A, "YXDOMAIN aa", $"AN long.example.com. 300 DNAME {LongTarget}");

    [Fact]
    public void Ask_WildcardWithDname_IsNoDataAndRedirectsOnlyBelowItself()
    {
        // RFC 4592 §4.4 leaves it undefined; NSD and Knot do not synthesise from a DNAME that a wildcard stands for.
        _client.AssertAnswer("a.star.example.com.", RecordType.A, "NOERROR aa", TextZones.Soa("example.com."));
        _client.AssertAnswer(
            "x.*.star.example.com.", RecordType.A, "NOERROR aa",
            "AN *.star.example.com. 300 DNAME other.example.com.",
            "AN x.*.star.example.com. 300 CNAME x.other.example.com.",
            "AN x.other.example.com. 300 A 192.0.2.78");
    }

    [Fact]
    public void Ask_DnameBelowZoneCut_IsReferred() => _client.AssertAnswer(
        "x.dname.cut.example.com.", RecordType.A, "NOERROR",
        "NS cut.example.com. 300 NS ns.cut.example.com.",
        "AR ns.cut.example.com. 300 A 192.0.2.54");

    [Fact]
    public void Ask_QueryInMixedCase_KeepsItInTheOwners()
    {
        TestResponse response = _client.Ask(TestClient.Query("X.D.Example.COM.", RecordType.A));
        Assert.Equal("\u0001X\u0001D\u0007Example\u0003COM\0"u8.ToArray(), response.Message.Answer[1].OwnerWire.ToArray());
        Assert.Equal(["192.0.2.78"], response.Addresses);
    }

    [Fact]
    public void Ask_DnameAtTheApex_RedirectsAllBelow()
    {
        TestClient client = new(TextZones.Add(new ModelBuilder(), "old.example.", """
            @ NS ns.new.example.
            @ DNAME new.example.
            host A 192.0.2.1
            """).Add("new.example.", "@ NS ns\nns A 192.0.2.2\nhost A 192.0.2.3").Serve());
        client.AssertAnswer(
            "host.old.example.", RecordType.A, "NOERROR aa",
            "AN old.example. 300 DNAME new.example.",
            "AN host.old.example. 300 CNAME host.new.example.",
            "AN host.new.example. 300 A 192.0.2.3");
        client.AssertAnswer("old.example.", RecordType.NS, "NOERROR aa", "AN old.example. 300 NS ns.new.example.");
    }

    [Fact]
    public void Ask_NoRoomForTheDname_IsTruncated()
    {
        // Seven aliases of 77 octets fill 512 octets up to where the eighth link, a DNAME, would begin.
        static string Label(int i) => new((char)('a' + i), 60);
        string chain = string.Join('\n', Enumerable.Range(0, 6).Select(i => $"{Label(i)} CNAME {Label(i + 1)}"));
        TestClient client = new(TextZones.Serve("example.com.", $"""
            {chain}
            {Label(6)} CNAME x.d
            d DNAME {Label(7)}
            """));

        TestResponse response = client.Ask(TestClient.Query($"{Label(0)}.example.com.", RecordType.A, ednsSize: null));

        Assert.True((response.Result.Flags & AnswerFlags.Truncated) != 0);
        Assert.Equal(Rcode.NoError, response.Rcode);
        Assert.All(response.Message.Answer, record => Assert.Equal(RecordType.CNAME, record.Type));
    }
}
