using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc5001;

/// <summary>DNS name server identifier (NSID) option.</summary>
public sealed class NameServerIdTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<NameServerIdTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 5001";

    // "conformance-1".
    private const string Hex = "636F6E666F726D616E63652D31";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2.1 an empty option asks for it", "www.rfc.test. A +opt=3:", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.Nsid, Hex)),
        new("2.1 in a negative answer", "missing.rfc.test. A +opt=3:", Expect.NxDomain("rfc.test.").OptionIs(EdnsOptionCode.Nsid, Hex)),
        new("2.1 in a referral", "x.noglue.rfc.test. A +opt=3:", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.Nsid, Hex)),
        new("2.1 with a refusal", "www.elsewhere.example. A +opt=3:", Expect.Status(Rcode.Refused).OptionIs(EdnsOptionCode.Nsid, Hex)),
        new("2.1 over TCP", "www.rfc.test. A +opt=3: +tcp", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.Nsid, Hex)),
        new("2.1 in a truncated answer", "big.rfc.test. TXT +opt=3: +bufsize=512",
            Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).OptionIs(EdnsOptionCode.Nsid, Hex).LengthAtMost(512)),
        new("2.2 not when nobody asks", "www.rfc.test. A +edns", Expect.Status(Rcode.NoError).NoOption(3)),
        new("2.1 what the query's option holds does not matter", "www.rfc.test. A +opt=3:0102", Expect.HeaderStatus(Rcode.NoError, Rcode.FormErr)),
    ];
}
