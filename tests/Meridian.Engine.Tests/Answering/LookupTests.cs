using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Whole answers from static records, by the rules of RFC 1034 §4.3.2, 2308, 4592 and 6672.</summary>
public sealed class LookupTests
{
    private const string Soa = "example.com. 60 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60";

    private readonly TestClient _client = new(SampleZone.Serve());

    [Fact]
    public void Ask_ExistingName_AnswersTheRRset() =>
        AssertAnswer("ns1.example.com.", RecordType.A, $"NOERROR RecursionDesired, AuthoritativeAnswer, Response", "AN ns1.example.com. 300 A 192.0.2.53");

    [Fact]
    public void Ask_OtherType_IsNoDataWithSoa() =>
        AssertAnswer("ns1.example.com.", RecordType.AAAA, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_MissingName_IsNxDomainWithSoa() =>
        AssertAnswer("a.missing.example.com.", RecordType.A, "NXDOMAIN RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_EmptyNonTerminal_IsNoData() =>
        AssertAnswer("ent.dev2.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_BelowWildcard_IsSynthesisedUnderTheNameAsked() =>
        AssertAnswer("a.b.dev.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", "AN a.b.dev.example.com. 300 A 192.0.2.77");

    [Fact]
    public void Ask_BelowWildcardOtherType_IsNoData() =>
        AssertAnswer("a.dev.example.com.", RecordType.MX, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_NameAboveWildcard_IsAnEmptyNonTerminal() =>
        AssertAnswer("dev.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_WildcardItself_IsAnOrdinaryName() =>
        AssertAnswer("*.dev.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", "AN *.dev.example.com. 300 A 192.0.2.77");

    [Fact]
    public void Ask_CnameChain_IsFollowedInsideTheZone() => AssertAnswer(
        "alias.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN alias.example.com. 300 CNAME alias2.example.com.",
        "AN alias2.example.com. 300 CNAME ns1.example.com.",
        "AN ns1.example.com. 300 A 192.0.2.53");

    [Fact]
    public void Ask_CnameToMissingName_IsNxDomainBehindTheChain() => AssertAnswer(
        "dangling.example.com.", RecordType.A, "NXDOMAIN RecursionDesired, AuthoritativeAnswer, Response",
        "AN dangling.example.com. 300 CNAME nowhere.example.com.", $"NS {Soa}");

    [Fact]
    public void Ask_CnameOutOfOurZones_EndsThere() => AssertAnswer(
        "away.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN away.example.com. 300 CNAME www.example.net.");

    [Fact]
    public void Ask_CnameItself_IsNotFollowed() => AssertAnswer(
        "alias.example.com.", RecordType.CNAME, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN alias.example.com. 300 CNAME alias2.example.com.");

    [Fact]
    public void Ask_BelowZoneCut_IsReferredWithGlue() => AssertAnswer(
        "www.child.example.com.", RecordType.A, "NOERROR RecursionDesired, Response",
        "NS child.example.com. 300 NS ns.child.example.com.",
        "NS child.example.com. 300 NS ns1.example.com.",
        "NS child.example.com. 300 NS ns.example.org.",
        "AR ns.child.example.com. 300 A 192.0.2.54",
        "AR ns.child.example.com. 300 AAAA 2001:db8::54",
        "AR ns1.example.com. 300 A 192.0.2.53");

    [Fact]
    public void Ask_ZoneCutItself_IsReferredToo() =>
        Assert.Equal(AnswerKind.Referral, _client.Ask("child.example.com.", RecordType.NS).Result.Kind);

    [Fact]
    public void Ask_DsAtZoneCut_IsAnsweredByTheParent() =>
        AssertAnswer("child.example.com.", RecordType.DS, "NOERROR RecursionDesired, AuthoritativeAnswer, Response", $"NS {Soa}");

    [Fact]
    public void Ask_GlueName_IsReferredNotAnswered() =>
        Assert.Equal(AnswerKind.Referral, _client.Ask("ns.child.example.com.", RecordType.A).Result.Kind);

    [Fact]
    public void Ask_ApexSoa_HasTheRevisionsSerial() => AssertAnswer(
        "example.com.", RecordType.SOA, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN example.com. 300 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60");

    [Fact]
    public void Ask_NamesInRdata_AreWrittenRight() => AssertAnswer(
        "example.com.", RecordType.MX, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN example.com. 300 MX 10 mail.example.com.",
        "AN example.com. 300 MX 20 mail.example.net.");

    [Fact]
    public void Ask_SrvTarget_IsNotCompressed() => Assert.Contains(
        "\u0003www\u0007example\u0003com\0"u8.ToArray(),
        _client.Ask("srv.example.com.", RecordType.SRV).Octets.AsSpan(12 + 17 + 4));

    [Fact]
    public void Ask_Any_GetsOneRRset() =>
        Assert.Single(_client.Ask("mail.example.com.", RecordType.ANY).Message.Answer.Select(record => record.Type).Distinct());

    [Fact]
    public void Ask_QueryInMixedCase_IsEchoedAsItCame()
    {
        byte[] query = TestClient.Query("nS1.eXAMPLE.coM.", RecordType.A);
        TestResponse response = _client.Ask(query);
        Assert.Equal(query.AsSpan(12, 17), response.Octets.AsSpan(12, 17));
        Assert.Equal(["192.0.2.53"], response.Addresses);
    }

    [Fact]
    public void Ask_CnameLoop_EndsWhereANameRepeats() => AssertAnswer(
        "loop1.example.com.", RecordType.A, "NOERROR RecursionDesired, AuthoritativeAnswer, Response",
        "AN loop1.example.com. 300 CNAME loop2.example.com.",
        "AN loop2.example.com. 300 CNAME loop1.example.com.");

    [Fact]
    public void Ask_NameInNoZone_IsRefused() =>
        AssertAnswer("elsewhere.test.", RecordType.A, "REFUSED RecursionDesired, Response");

    [Fact]
    public void Ask_RotatedRRset_GoesRoundInOrder()
    {
        string[] first = [.. Enumerable.Range(0, 6).Select(_ => _client.Ask("round.example.com.", RecordType.A).Addresses[0])];
        Assert.Equal(["192.0.2.101", "192.0.2.102", "192.0.2.103", "192.0.2.101", "192.0.2.102", "192.0.2.103"], first);
    }

    [Fact]
    public void Ask_LargeAnswerOverUdp_IsTruncatedAndWholeOverTcp()
    {
        TestResponse udp = _client.Ask("big.example.com.", RecordType.TXT);
        Assert.True((udp.Result.Flags & AnswerFlags.Truncated) != 0);
        Assert.Equal(0, udp.AnswerCount);
        _client.Transport = Transport.Tcp;
        TestResponse tcp = _client.Ask("big.example.com.", RecordType.TXT);
        Assert.Equal(40, tcp.AnswerCount);
        Assert.True((tcp.Result.Flags & AnswerFlags.Truncated) == 0);
    }

    [Theory]
    [InlineData(null, 512)]
    [InlineData((ushort)0, 512)]
    [InlineData((ushort)700, 700)]
    [InlineData((ushort)4096, 1232)]
    public void Ask_UdpPayloadSize_BoundsTheAnswer(ushort? size, int bound)
    {
        // 60 names of 16 addresses each would not fit into any datagram: the answer is as long as the bound allows or empty.
        TestResponse response = _client.Ask(TestClient.Query("big.example.com.", RecordType.TXT, ednsSize: size));
        Assert.InRange(response.Octets.Length, 12, bound);
    }

    private void AssertAnswer(string name, RecordType type, string status, params string[] records)
    {
        string[] statusParts = status.Split(' ', 2);
        string text = _client.Text(name, type);
        string[] lines = text.Split('\n');
        Assert.StartsWith(statusParts[0] + " ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            statusParts[1].Split(", ").Order(StringComparer.Ordinal),
            lines[0][(statusParts[0].Length + 1)..].Split(", ").Order(StringComparer.Ordinal));
        Assert.Equal(records, lines[1..]);
    }
}
