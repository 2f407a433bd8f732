using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc8482;

/// <summary>Minimal-sized responses to queries that have QTYPE=ANY.</summary>
public sealed class MinimalAnyTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<MinimalAnyTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 8482";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("4 over UDP an answer is small, or tells to come by TCP", "rfc.test. ANY",
            Expect.Status(Rcode.NoError).Holds("TC, or one RRset", message => message.Header.Flags.HasFlag(MessageFlags.Truncated)
                || message.Answer.Select(record => record.Type).Distinct().Count() == 1)),
        new("4.1 a name that does not exist is NXDOMAIN", "missing.rfc.test. ANY", Expect.NxDomain("rfc.test.")),
        new("4.1 an empty non-terminal is NODATA", "c.ent.rfc.test. ANY", Expect.NoData("rfc.test.")),
        new("4.1 below a zone cut there is a referral", "x.noglue.rfc.test. ANY", Expect.Referral("noglue.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.1 at a zone cut there is a referral", "noglue.rfc.test. ANY", Expect.Referral("noglue.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.1 a name with one type: that RRset, over TCP", "ns2.rfc.test. ANY +tcp", Expect.Answer("ns2.rfc.test. 3600 A 192.0.2.54")),
        new("4.1 an alias is not followed for ANY", "alias.rfc.test. ANY +tcp", Expect.Answer("alias.rfc.test. 3600 CNAME www.rfc.test.")),
        new("4.1 a wildcard, over TCP", "x.wsub.wild.rfc.test. ANY +tcp", Expect.Answer("x.wsub.wild.rfc.test. 3600 TXT \"deeper\"")),
        new("4.4 a large set of types stays small over UDP", "big.rfc.test. ANY", Expect.Status(Rcode.NoError).LengthAtMost(512)),
        new("4.1 one RRset, whatever the transport", "www.rfc.test. ANY +tcp",
            Expect.Status(Rcode.NoError).Holds("one RRset", message => message.Answer.Select(record => record.Type).Distinct().Count() == 1))
        {
            MeridianOnly = "RFC 8482 §4.4 leaves it to the server whether TCP gets everything; the references send everything there.",
        },
    ];
}
