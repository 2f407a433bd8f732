using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc4592;

/// <summary>The role of wildcards: the zone of §2.2.1, with its questions and answers.</summary>
public sealed class WildcardTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<WildcardTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 4592";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2.2.1 host3: MX from the wildcard", "host3.wild.test. MX", Expect.Answer("host3.wild.test. 3600 MX 10 host1.wild.test.")),
        new("2.2.1 host3: A is not there, yet the name exists", "host3.wild.test. A", Expect.NoData("wild.test.")),
        new("2.2.1 foo.bar: TXT, two labels below", "foo.bar.wild.test. TXT", Expect.Answer("foo.bar.wild.test. 3600 TXT \"this is a wildcard\"")),
        new("2.2.1 host1: MX is not synthesised, the name is there", "host1.wild.test. MX", Expect.NoData("wild.test.")),
        new("2.2.1 sub.*: MX is not synthesised, the name is there", "sub.*.wild.test. MX", Expect.NoData("wild.test.")),
        new("2.2.1 _telnet._tcp.host1: the closest encloser has no wildcard", "_telnet._tcp.host1.wild.test. SRV", Expect.NxDomain("wild.test.")),
        new("2.2.1 host.subdel: a zone cut", "host.subdel.wild.test. A",
            Expect.Referral("subdel.wild.test. 3600 NS ns.example.com.", "subdel.wild.test. 3600 NS ns.example.net.")),
        new("2.2.1 ghost.*: the closest encloser is the wildcard itself", "ghost.*.wild.test. MX", Expect.NxDomain("wild.test.")),
        new("2.1.1 the wildcard asked for itself", "*.wild.test. TXT", Expect.Answer("*.wild.test. 3600 TXT \"this is a wildcard\"")),
        new("2.1.1 a name below the wildcard", "sub.*.wild.test. TXT", Expect.Answer("sub.*.wild.test. 3600 TXT \"this is not a wildcard\"")),
        new("2.2.2 an empty non-terminal blocks the wildcard", "_tcp.host2.wild.test. TXT", Expect.NoData("wild.test.")),
        new("2.2.2 a name that exists only because of others", "host2.wild.test. TXT", Expect.NoData("wild.test.")),
        new("2.2.2 beside the empty non-terminal nothing is synthesised", "x.host2.wild.test. TXT", Expect.NxDomain("wild.test.")),
        new("2.2.2 a wildcard that is an empty non-terminal matches, with no data", "y.x.mid.wild.test. A", Expect.NoData("wild.test.")),
        new("3.3.3 an exact name below a wildcard's parent hides it", "exact.wild.rfc.test. MX", Expect.NoData("rfc.test.")),
        new("3.3.3 an empty non-terminal below a wildcard's parent hides it", "ent.wild.rfc.test. A", Expect.NoData("rfc.test.")),
        new("3.3.3 below the empty non-terminal there is no wildcard", "other.ent.wild.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("3.3.3 below an exact name there is no wildcard", "below.exact.wild.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("3.3.3 a wildcard deeper than another", "x.wsub.wild.rfc.test. TXT", Expect.Answer("x.wsub.wild.rfc.test. 3600 TXT \"deeper\"")),
        new("3.3.3 the parent of a wildcard is not matched by it", "wild.rfc.test. A", Expect.NoData("rfc.test.")),
        new("3.3.3 many labels below a wildcard", "a.b.c.d.e.f.wild.rfc.test. A", Expect.Answer("a.b.c.d.e.f.wild.rfc.test. 3600 A 192.0.2.80")),
        new("3.3.3 the case of the query's owner", "X.WILD.RFC.TEST. A", Expect.Answer("x.wild.rfc.test. 3600 A 192.0.2.80")),
        new("4.3 a wildcard with a CNAME", "x.wcname.rfc.test. TXT",
            Expect.Answer("x.wcname.rfc.test. 3600 CNAME www.rfc.test.", "www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4.3 a wildcard with a CNAME, asked for CNAME", "x.wcname.rfc.test. CNAME", Expect.Answer("x.wcname.rfc.test. 3600 CNAME www.rfc.test.")),
        new("4.3 an alias from one wildcard to another", "x.alias.wild.test. A",
            Expect.Answer("x.alias.wild.test. 3600 CNAME target.alias2.wild.test.", "target.alias2.wild.test. 3600 A 192.0.2.2")),
        new("4.3 a wildcard's alias into itself ends", "y.self.loop.wild.test. A", Expect.Status(Rcode.NoError)),
        new("2.1.3 an asterisk in the middle is an ordinary label", "x.*.mid.wild.test. A", Expect.Answer("x.*.mid.wild.test. 3600 A 192.0.2.5")),
        new("2.1.3 an asterisk in the middle does not match another label", "x.*.star.wild.test. TXT", Expect.NoData("wild.test.")),
        new("3.3.1 the closest encloser has no wildcard, one further up does", "a.b.host1.wild.test. TXT", Expect.NxDomain("wild.test.")),
        new("2.1.1 a wildcard below an asterisk", "z.*.star.wild.test. A", Expect.Answer("z.*.star.wild.test. 3600 A 192.0.2.4")),
        new("3.3.1 a sibling of a wildcard that is an empty non-terminal", "nx.branch.wild.test. A", Expect.NoData("wild.test.")),
        new("3.3.1 a wildcard beside it still matches others", "other.branch.wild.test. A", Expect.Answer("other.branch.wild.test. 3600 A 192.0.2.7")),
        new("4.1 a wildcard does not match below a zone cut", "anything.sub.rfc.test. TXT",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.AuthoritativeAnswer).AnswerIs()),
    ];
}
