using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc2308;

/// <summary>Negative caching of DNS queries.</summary>
public sealed class NegativeAnswerTests(SubjectFleet fleet, ConformanceReport report)
    : ConformanceSuite<NegativeAnswerTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 2308";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2.1 a name that does not exist has AA and the SOA", "missing.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("2.1 deep below a name that does not exist", "a.b.c.d.missing.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("2.1 behind an alias: the CNAME, and NXDOMAIN for its target", "aliasnx.rfc.test. A",
            Expect.NxDomain("rfc.test.", "aliasnx.rfc.test. 3600 CNAME nowhere.rfc.test.")),
        new("2.2 a type that does not exist has AA and the SOA", "www.rfc.test. MX", Expect.NoData("rfc.test.")),
        new("2.2 behind an alias: the CNAME, and NODATA for its target", "aliasnd.rfc.test. A",
            Expect.NoData("rfc.test.", "aliasnd.rfc.test. 3600 CNAME six.rfc.test.")),
        new("2.2 at the apex", "rfc.test. AAAA", Expect.NoData("rfc.test.")),
        new("2.2 NODATA is not a referral: no NS in the authority section", "ns1.rfc.test. TXT", Expect.NoData("rfc.test.")),
        new("3 the SOA's TTL is MINIMUM when that is less: NXDOMAIN", "missing.neg.test. A", Expect.NxDomain("neg.test.").SoaTtl(60)),
        new("3 the SOA's TTL is MINIMUM when that is less: NODATA", "host.neg.test. AAAA", Expect.NoData("neg.test.").SoaTtl(60)),
        new("3 the SOA's TTL is its own when that is less: NXDOMAIN", "missing.neg2.test. A", Expect.NxDomain("neg2.test.").SoaTtl(30)),
        new("3 the SOA's TTL is its own when that is less: NODATA", "host.neg2.test. AAAA", Expect.NoData("neg2.test.").SoaTtl(30)),
        new("3 an SOA asked for has the TTL of the zone", "neg.test. SOA",
            Expect.Answer("neg.test. 3600 SOA ns1.neg.test. hostmaster.neg.test. 1 7200 900 1209600 60")),
        new("2.1 over TCP as over UDP", "missing.rfc.test. A +tcp", Expect.NxDomain("rfc.test.").Clear(MessageFlags.Truncated)),
    ];
}
