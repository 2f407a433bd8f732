using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;

namespace Meridian.Conformance.Tests.Rfc9460;

/// <summary>Service binding and parameter specification: SVCB and HTTPS.</summary>
public sealed class ServiceBindingTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ServiceBindingTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 9460";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2.1 parameters as they were written", "svcb.types.test. SVCB",
            Expect.Answer("svcb.types.test. 1200 SVCB 1 a.types.test. alpn=h2,h3 port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1")),
        new("2.2 parameters are in ascending order on the wire", "unsorted.svcb.test. SVCB",
            Expect.Answer("unsorted.svcb.test. 1200 SVCB 1 svc.svcb.test. alpn=dot port=53")),
        new("2.1 keys that are not assigned", "unknownkey.svcb.test. SVCB",
            Expect.Answer("unknownkey.svcb.test. 1200 SVCB 1 svc.svcb.test. key65400=data key65401")),
        new("2.4.2 alias mode at the apex", "svcb.test. HTTPS",
            Expect.Answer("svcb.test. 1200 HTTPS 0 svc.svcb.test.").Additional("svc.svcb.test. 1200 A 192.0.2.1", "svc.svcb.test. 1200 AAAA 2001:db8::1")),
        new("2.5.2 the target . is the owner itself", "svc.svcb.test. HTTPS",
            Expect.Status(Rcode.NoError).AnswerIs("svc.svcb.test. 1200 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1", "svc.svcb.test. 1200 HTTPS 2 backup.svcb.test. alpn=h2 port=8443")),
        new("4.1 the addresses of the targets go along", "_8443._foo.svcb.test. SVCB",
            Expect.Status(Rcode.NoError).Additional("svc.svcb.test. 1200 A 192.0.2.1", "svc.svcb.test. 1200 AAAA 2001:db8::1")),
        new("7.1 mandatory keys and no-default-alpn", "https2.types.test. HTTPS",
            Expect.Answer("https2.types.test. 1200 HTTPS 2 a.types.test. mandatory=alpn,port alpn=h2 no-default-alpn port=443")),
        new("2.4.3 service mode with the target .", "https1.types.test. HTTPS", Expect.Answer("https1.types.test. 1200 HTTPS 1 . alpn=h2")),
        new("10.3.1 from a wildcard", "x.w.svcb.test. HTTPS", Expect.Answer("x.w.svcb.test. 1200 HTTPS 1 .")),
        new("10.3.1 behind an alias", "alias.svcb.test. HTTPS",
            Expect.Status(Rcode.NoError).AnswerIs("alias.svcb.test. 1200 CNAME svc.svcb.test.",
                "svc.svcb.test. 1200 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1", "svc.svcb.test. 1200 HTTPS 2 backup.svcb.test. alpn=h2 port=8443")),
        new("10.3.1 no such record at a name that exists", "backup.svcb.test. HTTPS", Expect.NoData("svcb.test.")),
        new("2.1 asked for as type 65", "svcb.test. TYPE65", Expect.Answer("svcb.test. 1200 HTTPS 0 svc.svcb.test.")),
    ];
}
