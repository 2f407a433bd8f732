using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;

namespace Meridian.Conformance.Tests.Rfc6672;

/// <summary>DNAME redirection.</summary>
public sealed class DnameTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<DnameTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 6672";

    private static string LongTarget { get; } =
        string.Concat("abc".Select(letter => $"{letter}23456789012345678901234567890123456789012345678901234567890123.")) + "dname.test.";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("3.1 a name below is rewritten: DNAME, the CNAME made of it, and the target", "www.here.dname.test. A",
            Expect.Answer("here.dname.test. 3600 DNAME there.dname.test.", "www.here.dname.test. 3600 CNAME www.there.dname.test.",
                "www.there.dname.test. 3600 A 192.0.2.3")),
        new("3.1 the CNAME's TTL is the DNAME's", "www.ttl.dname.test. A",
            Expect.Answer("ttl.dname.test. 77 DNAME there.dname.test.", "www.ttl.dname.test. 77 CNAME www.there.dname.test.",
                "www.there.dname.test. 3600 A 192.0.2.3")),
        new("2.3 the owner itself is not rewritten", "here.dname.test. A", Expect.Answer("here.dname.test. 3600 A 192.0.2.1")),
        new("2.3 the owner itself, asked for DNAME", "here.dname.test. DNAME", Expect.Answer("here.dname.test. 3600 DNAME there.dname.test.")),
        new("2.3 the owner itself, another type", "here.dname.test. TXT", Expect.NoData("dname.test.")),
        new("3.2 the target does not exist: NXDOMAIN behind the CNAME", "missing.here.dname.test. A",
            Expect.NxDomain("dname.test.", "here.dname.test. 3600 DNAME there.dname.test.", "missing.here.dname.test. 3600 CNAME missing.there.dname.test.")),
        new("3.2 the target has no such type", "www.here.dname.test. MX",
            Expect.NoData("dname.test.", "here.dname.test. 3600 DNAME there.dname.test.", "www.here.dname.test. 3600 CNAME www.there.dname.test.")),
        new("3.2 asked for CNAME, the one that was made is the answer", "www.here.dname.test. CNAME",
            Expect.Answer("here.dname.test. 3600 DNAME there.dname.test.", "www.here.dname.test. 3600 CNAME www.there.dname.test.")),
        new("3.2 an alias at the target goes on", "alias.here.dname.test. A",
            Expect.Answer("here.dname.test. 3600 DNAME there.dname.test.", "alias.here.dname.test. 3600 CNAME alias.there.dname.test.",
                "alias.there.dname.test. 3600 CNAME www.there.dname.test.", "www.there.dname.test. 3600 A 192.0.2.3")),
        new("3.2 a wildcard at the target", "x.wild.here.dname.test. A",
            Expect.Answer("here.dname.test. 3600 DNAME there.dname.test.", "x.wild.here.dname.test. 3600 CNAME x.wild.there.dname.test.",
                "x.wild.there.dname.test. 3600 A 192.0.2.4")),
        new("3.2 one DNAME after another", "www.chain1.dname.test. A",
            Expect.Answer("chain1.dname.test. 3600 DNAME chain2.dname.test.", "www.chain1.dname.test. 3600 CNAME www.chain2.dname.test.",
                "chain2.dname.test. 3600 DNAME there.dname.test.", "www.chain2.dname.test. 3600 CNAME www.there.dname.test.",
                "www.there.dname.test. 3600 A 192.0.2.3")),
        new("3.2 out of our zones", "www.out.dname.test. A",
            Expect.Answer("out.dname.test. 3600 DNAME elsewhere.example.", "www.out.dname.test. 3600 CNAME www.elsewhere.example.")),
        new("3.2 behind an alias", "tocname.dname.test. A",
            Expect.NxDomain("dname.test.", "tocname.dname.test. 3600 CNAME x.here.dname.test.", "here.dname.test. 3600 DNAME there.dname.test.",
                "x.here.dname.test. 3600 CNAME x.there.dname.test.")),
        new("3.2 a name that becomes too long is YXDOMAIN", $"{new string('z', 63)}.long.dname.test. A",
            Expect.Status(Rcode.YXDomain).AnswerIs("long.dname.test. 3600 DNAME " + LongTarget)),
        new("3.2 a name that just fits is rewritten", "z.long.dname.test. A",
            Expect.NxDomain("dname.test.", "long.dname.test. 3600 DNAME " + LongTarget, "z.long.dname.test. 3600 CNAME z." + LongTarget)),
        new("3.2 DNAMEs that go round end", "x.loop1.dname.test. A", Expect.Status(Rcode.NoError, Rcode.ServFail)),
        new("5.3.1 many labels below", "a.b.c.d.here.dname.test. A",
            Expect.NxDomain("dname.test.", "here.dname.test. 3600 DNAME there.dname.test.", "a.b.c.d.here.dname.test. 3600 CNAME a.b.c.d.there.dname.test.")),
    ];
}
