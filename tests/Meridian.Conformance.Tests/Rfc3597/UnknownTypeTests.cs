using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;

namespace Meridian.Conformance.Tests.Rfc3597;

/// <summary>Handling of unknown record types.</summary>
public sealed class UnknownTypeTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<UnknownTypeTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 3597";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("3 an unknown type is served", "new.rfc.test. TYPE731", Expect.Answer("new.rfc.test. 3600 TYPE731 \\# 6 abcdef012345")),
        new("3 an unknown type with no data", "new.rfc.test. TYPE65280", Expect.Answer("new.rfc.test. 3600 TYPE65280 \\# 0")),
        new("3 an unknown type of the private range", "new.rfc.test. TYPE62347", Expect.Answer("new.rfc.test. 3600 TYPE62347 \\# 4 C0A80001")),
        new("3 an unknown type that the name does not have", "new.rfc.test. TYPE732", Expect.NoData("rfc.test.")),
        new("3 an unknown type at a name that does not exist", "newer.rfc.test. TYPE731", Expect.NxDomain("rfc.test.")),
        new("3 an unknown type through an alias", "alias.rfc.test. TYPE731", Expect.NoData("rfc.test.", "alias.rfc.test. 3600 CNAME www.rfc.test.")),
        new("3 an unknown type below a wildcard", "x.wild.rfc.test. TYPE731", Expect.NoData("rfc.test.")),
        new("3 an unknown type below a zone cut", "x.noglue.rfc.test. TYPE731", Expect.Referral("noglue.rfc.test. 3600 NS ns.elsewhere.example.")),
        new("4 data that looks like a pointer is not one", "new.rfc.test. TYPE62347",
            Expect.Status(Rcode.NoError).Holds("C0A80001", message => Convert.ToHexString(message.Answer[0].Rdata.Span) == "C0A80001")),
        new("5 a known type in the unknown type's text", "knownasunknown.rfc.test. A", Expect.Answer("knownasunknown.rfc.test. 3600 A 192.0.2.105")),
        new("4 names in later types are not compressed: SRV", "_ssh._tcp.host1.wild.test. SRV",
            Expect.Answer("_ssh._tcp.host1.wild.test. 3600 SRV 0 0 22 host1.wild.test.")),
        new("4 names in later types are not compressed: KX", "kx.types.test. KX", Expect.Answer("kx.types.test. 1200 KX 1 a.types.test.")),
        new("6 a type that only a later RFC knows", "unknown.types.test. TYPE4242", Expect.Answer("unknown.types.test. 1200 TYPE4242 \\# 3 010203")),
    ];
}
