using System.Text;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc8914;

/// <summary>Extended DNS errors.</summary>
public sealed class ExtendedErrorTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ExtendedErrorTests>(fleet, report), ICaseTable
{
    private const string NotThere = "which errors are told is up to each server (§2), and those of these versions tell few";

    public static string Rfc => "RFC 8914";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2 an answer without a reason to has none", "www.rfc.test. A +edns", Expect.Status(Rcode.NoError).NoOption(15)),
        new("2 not without EDNS", "www.elsewhere.example. A", Expect.HeaderStatus(Rcode.Refused).NoEdns()),
        new("3 a truncated answer keeps its room for records", "big.rfc.test. TXT +bufsize=512", Expect.Status(Rcode.NoError).LengthAtMost(512)),
        new("4.21 a name in no zone of the server", "www.elsewhere.example. A +edns",
            Expect.Status(Rcode.Refused).OptionIs(EdnsOptionCode.ExtendedError, "0014" + Words("the name is in no zone of this server"))) { MeridianOnly = NotThere },
        new("4.21 over TCP", "www.elsewhere.example. A +edns +tcp",
            Expect.Status(Rcode.Refused).OptionIs(EdnsOptionCode.ExtendedError, "0014" + Words("the name is in no zone of this server"))) { MeridianOnly = NotThere },
    ];

    private static string Words(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
