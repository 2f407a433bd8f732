using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc7828;

/// <summary>The edns-tcp-keepalive EDNS0 option.</summary>
public sealed class KeepaliveTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<KeepaliveTests>(fleet, report), ICaseTable
{
    private const string NotThere = "NSD and Knot of these versions do not have the option";

    public static string Rfc => "RFC 7828";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("3.2.1 asked over UDP it is not answered", "www.rfc.test. A +opt=11:", Expect.Status(Rcode.NoError).NoOption(11)),
        new("3.3.2 not when nobody asks", "www.rfc.test. A +edns +tcp", Expect.Status(Rcode.NoError).NoOption(11)),
        new("3.3.1 asked over TCP there is an answer, with or without it", "www.rfc.test. A +opt=11: +tcp", Expect.Status(Rcode.NoError).HasEdns()),
        // 10 seconds, in units of 100 milliseconds.
        new("3.3.2 the idle time-out over TCP", "www.rfc.test. A +opt=11: +tcp",
            Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.TcpKeepalive, "0064")) { MeridianOnly = NotThere },
        new("3.3.2 in a negative answer", "missing.rfc.test. A +opt=11: +tcp",
            Expect.NxDomain("rfc.test.").OptionIs(EdnsOptionCode.TcpKeepalive, "0064")) { MeridianOnly = NotThere },
        new("3.2.1 a time-out in a query is a format error", "www.rfc.test. A +opt=11:0064 +tcp", Expect.HeaderStatus(Rcode.FormErr, Rcode.NoError)),
    ];
}
