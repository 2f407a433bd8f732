using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Rfc9471;

/// <summary>DNS glue requirements in referral responses.</summary>
public sealed class GlueTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<GlueTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 9471";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("3.1 in-domain glue is in the referral", "x.in.glue.test. A",
            Expect.Referral("in.glue.test. 900 NS ns.in.glue.test.").Additional("ns.in.glue.test. 900 A 192.0.2.10", "ns.in.glue.test. 900 AAAA 2001:db8::10")),
        new("3.1 in-domain glue, IPv4 alone", "x.in4.glue.test. A",
            Expect.Referral("in4.glue.test. 900 NS ns.in4.glue.test.").Additional("ns.in4.glue.test. 900 A 192.0.2.11")),
        new("3.1 in-domain glue, IPv6 alone", "x.in6.glue.test. A",
            Expect.Referral("in6.glue.test. 900 NS ns.in6.glue.test.").Additional("ns.in6.glue.test. 900 AAAA 2001:db8::11")),
        new("3.1 a name server that is the cut itself", "x.self.glue.test. A",
            Expect.Referral("self.glue.test. 900 NS self.glue.test.").Additional("self.glue.test. 900 A 192.0.2.13")),
        new("3.1 glue below an empty non-terminal", "x.deep.ent.glue.test. A",
            Expect.Referral("deep.ent.glue.test. 900 NS ns.deep.ent.glue.test.").Additional("ns.deep.ent.glue.test. 900 A 192.0.2.14")),
        new("3.2 sibling glue may go along", "x.sib.glue.test. A",
            Expect.Referral("sib.glue.test. 900 NS ns.in.glue.test.").Additional("ns.in.glue.test. 900 A 192.0.2.10")),
        new("3.2 addresses of our own zone may go along", "x.auth.glue.test. A",
            Expect.Referral("auth.glue.test. 900 NS ns1.glue.test.").Additional("ns1.glue.test. 900 A 192.0.2.53")),
        new("3.1 glue that is not there", "x.none.glue.test. A", Expect.Referral("none.glue.test. 900 NS ns.none.glue.test.").NoAdditional(RecordType.A)),
        new("3.1 a name server elsewhere needs none", "x.out.glue.test. A",
            Expect.Referral("out.glue.test. 900 NS ns.elsewhere.example.").NoAdditional(RecordType.A)),
        new("3.1 in-domain, sibling and foreign servers together", "x.mixed.glue.test. A",
            Expect.Referral("mixed.glue.test. 900 NS ns.mixed.glue.test.", "mixed.glue.test. 900 NS ns.in4.glue.test.",
                    "mixed.glue.test. 900 NS ns1.glue.test.", "mixed.glue.test. 900 NS ns.elsewhere.example.")
                .Additional("ns.mixed.glue.test. 900 A 192.0.2.12")),
        new("3.1 glue that does not fit sets TC", "x.manyns.big.test. A",
            Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).LengthAtMost(512)),
        new("3.1 all glue over TCP", "x.manyns.big.test. A +tcp",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("14 A and 14 AAAA", message => message.Additional.Length == 28)),
        new("3.1 a referral with OPT", "x.in.glue.test. A +edns",
            Expect.Referral("in.glue.test. 900 NS ns.in.glue.test.").Additional("ns.in.glue.test. 900 A 192.0.2.10").HasEdns()),
        new("3.1 DS at the cut is answered by the parent", "dsonly.glue.test. DS",
            Expect.Answer("dsonly.glue.test. 900 DS 1 8 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")),
        new("3.1 no DS at an unsigned cut: NODATA from the parent", "in.glue.test. DS", Expect.NoData("glue.test.")),
        new("3.1 DS at a cut whose child is served too is the parent's", "child.parent.test. DS",
            Expect.Answer("child.parent.test. 3600 DS 4711 13 2 AA112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")),
        new("3.1 DS below the cut is a referral", "x.in.glue.test. DS", Expect.Referral("in.glue.test. 900 NS ns.in.glue.test.")),
    ];
}
