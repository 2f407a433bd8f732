using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc2181;

/// <summary>Clarifications to the DNS specification.</summary>
public sealed class ClarificationTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ClarificationTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 2181";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("5.2 records of one set have one TTL", "www.rfc.test. A",
            Expect.Status(Rcode.NoError).Holds("equal TTLs", message => message.Answer.Select(record => record.TtlSeconds).Distinct().Count() == 1)),
        new("5.4.1 AA is about the first name: an alias out of our zones has it", "aliasxt.rfc.test. A",
            Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)),
        new("6.1 a referral has no AA", "host.noglue.rfc.test. A", Expect.Referral("noglue.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("6.1 NS at the child's apex is the child's answer, with AA", "child.parent.test. NS",
            Expect.Answer("child.parent.test. 1800 NS ns1.child.parent.test.", "child.parent.test. 1800 NS ns1.parent.test.")),
        new("8 a TTL of 0", "ttl0.rfc.test. A", Expect.Answer("ttl0.rfc.test. 0 A 192.0.2.105")),
        new("8 the largest TTL", "ttlmax.rfc.test. A", Expect.Answer("ttlmax.rfc.test. 2147483647 A 192.0.2.106")),
        new("9 TC only when a required RRset does not fit", "www.rfc.test. TXT", Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated)),
        new("9 additional records that do not fit are left out without TC", "mx60.big.test. MX +tcp +bufsize=4096",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("60 records", message => message.Answer.Length == 60)),
        new("9 optional addresses never cause TC", "srv25.big.test. SRV +bufsize=1232",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("25 records", message => message.Answer.Length == 25)),
        new("9 an RRset of an answer that does not fit", "mid.rfc.test. A", Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).LengthAtMost(512)),
        new("9 one record more than fits", "a31.big.test. A", Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).LengthAtMost(512)),
        new("9 what just fits", "a29.big.test. A", Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated)
            .Holds("29 records", message => message.Answer.Length == 29)),
        new("10.1 an alias has no other types", "alias.rfc.test. MX",
            Expect.NoData("rfc.test.", "alias.rfc.test. 3600 CNAME www.rfc.test.")),
        new("11 a label may hold a blank", "sp\\032ace.rfc.test. A", Expect.Answer("sp\\032ace.rfc.test. 3600 A 192.0.2.100")),
        new("11 a label may hold a dot", "d\\.ot.rfc.test. A", Expect.Answer("d\\.ot.rfc.test. 3600 A 192.0.2.101")),
        new("11 a dot in a label is not a boundary", "d.ot.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("11 a label may hold a zero octet", "nul\\000l.rfc.test. A", Expect.Answer("nul\\000l.rfc.test. 3600 A 192.0.2.102")),
        new("11 a label may hold an underscore", "und_er.rfc.test. A", Expect.Answer("und_er.rfc.test. 3600 A 192.0.2.103")),
        new("11 a label may hold octets above 127", "\\255hi.rfc.test. A", Expect.Answer("\\255hi.rfc.test. 3600 A 192.0.2.104")),
    ];
}
