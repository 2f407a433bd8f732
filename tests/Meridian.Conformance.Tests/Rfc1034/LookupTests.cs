using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Rfc1034;

/// <summary>How a server finds its answer, RFC 1034 §4.3.2: exact matches, aliases, zone cuts.</summary>
public sealed class LookupTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<LookupTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 1034";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("4.3.2.3a an RRset that is there, all of it", "www.rfc.test. A",
            Expect.Answer("www.rfc.test. 300 A 192.0.2.1", "www.rfc.test. 300 A 192.0.2.2", "www.rfc.test. 300 A 192.0.2.3")),
        new("4.3.2.3a one type of a name with several", "www.rfc.test. TXT", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4.3.2.3a the apex: SOA", "rfc.test. SOA",
            Expect.Answer("rfc.test. 3600 SOA ns1.rfc.test. hostmaster.rfc.test. 1 7200 900 1209600 300")),
        new("4.3.2.3a the apex: NS is an answer, not a referral", "rfc.test. NS",
            Expect.Answer("rfc.test. 3600 NS ns1.rfc.test.", "rfc.test. 3600 NS ns2.rfc.test.")),
        new("4.3.2.3a the apex: TXT", "rfc.test. TXT", Expect.Answer("rfc.test. 3600 TXT \"apex\"")),
        new("4.3.2.3a a zone of one label", "solo. NS", Expect.Answer("solo. 60 NS ns.elsewhere.example.")),
        new("4.3.2.3a an alias leads to what was asked for", "alias.rfc.test. TXT",
            Expect.Answer("alias.rfc.test. 3600 CNAME www.rfc.test.", "www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4.3.2.3a an alias of an alias", "alias2.rfc.test. TXT",
            Expect.Answer("alias2.rfc.test. 3600 CNAME alias.rfc.test.", "alias.rfc.test. 3600 CNAME www.rfc.test.", "www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4.3.2.3a asked for CNAME, an alias is the answer", "alias.rfc.test. CNAME", Expect.Answer("alias.rfc.test. 3600 CNAME www.rfc.test.")),
        new("4.3.2.3a an alias that leads out of our zones", "aliasxt.rfc.test. A",
            Expect.Answer("aliasxt.rfc.test. 3600 CNAME www.elsewhere.example.")),
        new("4.3.2.3a an alias to a wildcard", "aliaswild.rfc.test. A",
            Expect.Answer("aliaswild.rfc.test. 3600 CNAME some.wild.rfc.test.", "some.wild.rfc.test. 3600 A 192.0.2.80")),
        new("4.3.2.3b an alias to a name below a zone cut: the CNAME, and a referral", "aliasdel.rfc.test. A",
            Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)
                .AnswerIs("aliasdel.rfc.test. 3600 CNAME host.sub.rfc.test.")
                .AuthorityIs("sub.rfc.test. 3600 NS ns.sub.rfc.test.", "sub.rfc.test. 3600 NS ns1.rfc.test.", "sub.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.3.2.3b below a zone cut: a referral with the glue", "host.sub.rfc.test. A",
            Expect.Referral("sub.rfc.test. 3600 NS ns.sub.rfc.test.", "sub.rfc.test. 3600 NS ns1.rfc.test.", "sub.rfc.test. 3600 NS ns.elsewhere.example.")
                .Additional("ns.sub.rfc.test. 3600 A 192.0.2.60", "ns.sub.rfc.test. 3600 AAAA 2001:db8::60")),
        new("4.3.2.3b the zone cut itself", "sub.rfc.test. A",
            Expect.Referral("sub.rfc.test. 3600 NS ns.sub.rfc.test.", "sub.rfc.test. 3600 NS ns1.rfc.test.", "sub.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.3.2.3b the zone cut itself, asked for NS", "sub.rfc.test. NS",
            Expect.Referral("sub.rfc.test. 3600 NS ns.sub.rfc.test.", "sub.rfc.test. 3600 NS ns1.rfc.test.", "sub.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.3.2.3b glue is not an answer", "ns.sub.rfc.test. A",
            Expect.Referral("sub.rfc.test. 3600 NS ns.sub.rfc.test.", "sub.rfc.test. 3600 NS ns1.rfc.test.", "sub.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.3.2.3b a cut without glue", "a.b.noglue.rfc.test. AAAA", Expect.Referral("noglue.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4.3.2.3b the highest cut rules: a cut below it is not seen", "x.inner.nested.glue.test. A",
            Expect.Referral("nested.glue.test. 900 NS ns.nested.glue.test.")),
        new("4.3.2.3b records below a cut are not seen", "below.cut.nested.glue.test. A",
            Expect.Referral("nested.glue.test. 900 NS ns.nested.glue.test.")),
        new("4.3.2.3b an alias below a cut is not seen", "alias.nested.glue.test. A",
            Expect.Referral("nested.glue.test. 900 NS ns.nested.glue.test.")),
        new("4.3.2.2 the closest zone answers: the child", "www.child.parent.test. A", Expect.Answer("www.child.parent.test. 1800 A 192.0.2.70")),
        new("4.3.2.2 the child's apex is the child's", "child.parent.test. SOA",
            Expect.Answer("child.parent.test. 1800 SOA ns1.child.parent.test. hostmaster.child.parent.test. 1 7200 900 1209600 120")),
        new("4.3.2.2 the child's NS are the child's", "child.parent.test. NS",
            Expect.Answer("child.parent.test. 1800 NS ns1.child.parent.test.", "child.parent.test. 1800 NS ns1.parent.test.")),
        new("4.3.2.2 below the grandchild's cut", "x.grand.child.parent.test. A",
            Expect.Referral("grand.child.parent.test. 1800 NS ns.grand.child.parent.test.")),
        new("4.3.2.2 a name in no zone is refused", "www.elsewhere.example. A", Expect.Status(Rcode.Refused).Clear(MessageFlags.AuthoritativeAnswer).AnswerIs()),
        new("4.3.2.2 the root, which is not served", ". NS", Expect.Status(Rcode.Refused)),
        new("3.6.2 a loop of two aliases ends", "loop1.rfc.test. A",
            Expect.Status(Rcode.NoError).Holds("each alias once", message => message.Answer.Select(record => record.Owner.ToString()).Distinct().Count() == 2)),
        new("3.6.2 an alias of itself ends", "self.rfc.test. A",
            Expect.Status(Rcode.NoError).Holds("its CNAME", message => message.Answer is [{ Type: RecordType.CNAME }, ..])),
        new("3.6.2 a loop asked for CNAME is an ordinary answer", "loop1.rfc.test. CNAME", Expect.Answer("loop1.rfc.test. 3600 CNAME loop2.rfc.test.")),
        new("4.3.1 RA is clear: no recursion here", "www.rfc.test. A +rd",
            Expect.Status(Rcode.NoError).Set(MessageFlags.RecursionDesired).Clear(MessageFlags.RecursionAvailable)),
        new("4.3.1 RD changes nothing but itself", "missing.rfc.test. A +rd", Expect.NxDomain("rfc.test.").Set(MessageFlags.RecursionDesired)),
    ];
}
