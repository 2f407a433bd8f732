using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;

namespace Meridian.Conformance.Tests.Rfc6895;

/// <summary>IANA considerations: types and classes that are assigned, meta, or for nobody.</summary>
public sealed class TypeAndClassTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<TypeAndClassTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 6895";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("3.1 type 0 is data that is not there", "www.rfc.test. TYPE0", Expect.HeaderStatus(Rcode.NoError, Rcode.FormErr, Rcode.NotImp, Rcode.Refused)),
        new("3.1 a type not yet assigned", "www.rfc.test. TYPE1000", Expect.NoData("rfc.test.")),
        new("3.1 a type of the private range", "www.rfc.test. TYPE65290", Expect.NoData("rfc.test.")),
        new("3.1 the last type", "www.rfc.test. TYPE65535", Expect.HeaderStatus(Rcode.NoError, Rcode.FormErr)),
        new("3.1 AXFR over UDP is no transfer", "rfc.test. AXFR", Expect.HeaderStatus(Rcode.FormErr, Rcode.Refused, Rcode.NotImp, Rcode.NotAuth)),
        new("3.1 AXFR for anybody is refused", "rfc.test. AXFR +tcp", Expect.HeaderStatus(Rcode.Refused, Rcode.NotAuth)),
        new("3.1 MAILB is obsolete", "www.rfc.test. MAILB", Expect.HeaderStatus(Rcode.NotImp, Rcode.NoError, Rcode.Refused, Rcode.FormErr)),
        new("3.1 MAILA is obsolete", "www.rfc.test. MAILA", Expect.HeaderStatus(Rcode.NotImp, Rcode.NoError, Rcode.Refused, Rcode.FormErr)),
        new("3.2 class HS", "rfc.test. SOA +class=4", Expect.HeaderStatus(Rcode.Refused, Rcode.NotAuth, Rcode.NotImp)),
        new("3.2 a class that is not assigned", "rfc.test. SOA +class=1000", Expect.HeaderStatus(Rcode.Refused, Rcode.NotAuth, Rcode.NotImp, Rcode.FormErr)),
        new("3.2 class NONE is for updates", "rfc.test. SOA +class=254", Expect.HeaderStatus(Rcode.Refused, Rcode.NotAuth, Rcode.NotImp, Rcode.FormErr)),
        new("3.1 NSEC of an unsigned zone is not there", "www.rfc.test. NSEC", Expect.NoData("rfc.test.")),
        new("3.1 RRSIG of an unsigned zone is not there", "www.rfc.test. RRSIG +do", Expect.NoData("rfc.test.")),
        new("3.1 DNSKEY of an unsigned zone is not there", "rfc.test. DNSKEY +do", Expect.NoData("rfc.test.")),
    ];
}
