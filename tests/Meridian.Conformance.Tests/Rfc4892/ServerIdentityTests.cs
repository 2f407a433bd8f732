using System.Text;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Rfc4892;

/// <summary>Requirements for a mechanism identifying a name server instance.</summary>
public sealed class ServerIdentityTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ServerIdentityTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 4892";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2 id.server in class CH", "id.server. TXT +class=3", Expect.Status(Rcode.NoError).Holds("the identity", message =>
            message.Answer is [{ Type: RecordType.TXT } record] && Encoding.ASCII.GetString(record.Rdata.Span[1..]) == FleetIdentity.Name)),
        new("2 hostname.bind is the same", "hostname.bind. TXT +class=3", Expect.Status(Rcode.NoError).Holds("one record", message => message.Answer.Length == 1)),
        new("2 names are compared without case", "ID.Server. TXT +class=3", Expect.Status(Rcode.NoError).Holds("one record", message => message.Answer.Length == 1)),
        new("2 over TCP", "id.server. TXT +class=3 +tcp", Expect.Status(Rcode.NoError).Holds("one record", message => message.Answer.Length == 1)),
        new("2 another name of the class", "nothing.server. TXT +class=3", Expect.HeaderStatus(Rcode.Refused, Rcode.NXDomain)),
        new("2 in class IN it is a name like any other", "id.server. TXT", Expect.HeaderStatus(Rcode.Refused)),
    ];
}
