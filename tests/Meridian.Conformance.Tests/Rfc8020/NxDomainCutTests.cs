using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Rfc8020;

/// <summary>NXDOMAIN: there really is nothing underneath.</summary>
public sealed class NxDomainCutTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<NxDomainCutTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 8020";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("2 an empty non-terminal exists: NODATA", "c.ent.rfc.test. A", Expect.NoData("rfc.test.")),
        new("2 an empty non-terminal two levels up", "ent.rfc.test. A", Expect.NoData("rfc.test.")),
        new("2 an empty non-terminal, asked for SOA", "b.c.ent.rfc.test. SOA", Expect.NoData("rfc.test.")),
        new("2 an empty non-terminal, asked for NS", "b.c.ent.rfc.test. NS", Expect.NoData("rfc.test.")),
        new("2 beside a name below the empty non-terminal", "x.b.c.ent.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("2 below the leaf", "x.a.b.c.ent.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("2 an empty non-terminal above a service name", "_tcp.rfc.test. SRV", Expect.NoData("rfc.test.")),
        new("2 an empty non-terminal above a zone cut", "ent.glue.test. A", Expect.NoData("glue.test.")),
        new("2 between the apex and a deep cut", "deep.ent.glue.test. A", Expect.Referral("deep.ent.glue.test. 900 NS ns.deep.ent.glue.test.")),
        new("2 below an alias there is nothing", "x.alias.rfc.test. A", Expect.NxDomain("rfc.test.")),
        new("3.1 over many labels", $"{string.Concat(Enumerable.Repeat("x.", 50))}deep.long.test. A", Expect.NoData("long.test.")),
    ];
}
