using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc8906;

/// <summary>A common operational problem in DNS servers: failure to communicate. The tests of §8, and of §3.</summary>
public sealed class ResponsivenessTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ResponsivenessTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 8906";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("8.1.1 a server that serves the zone answers", "rfc.test. SOA",
            Expect.Answer("rfc.test. 3600 SOA ns1.rfc.test. hostmaster.rfc.test. 1 7200 900 1209600 300").NoEdns()),
        new("8.1.2 a type that it does not know", "rfc.test. TYPE1000", Expect.NoData("rfc.test.").NoEdns()),
        new("8.1.3.1 CD=1", "rfc.test. SOA +cd", Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)),
        new("8.1.3.2 AD=1", "rfc.test. SOA +ad", Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).Clear(MessageFlags.AuthenticData)),
        new("8.1.3.3 the reserved bit", "rfc.test. SOA +z", Expect.Status(Rcode.NoError, Rcode.FormErr).Clear(MessageFlags.Zero)),
        new("8.1.3.4 RD=1", "rfc.test. SOA +rd", Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)),
        new("8.1.3 TC=1 in a query", "rfc.test. SOA +tc", Expect.HeaderStatus(Rcode.NoError, Rcode.FormErr).Clear(MessageFlags.Truncated)),
        new("8.1.4 an opcode that is not assigned", "rfc.test. SOA +opcode=15", Expect.HeaderStatus(Rcode.NotImp).Opcode(15)),
        new("8.1.4 another opcode that is not assigned", "rfc.test. SOA +opcode=7", Expect.HeaderStatus(Rcode.NotImp).Opcode(7)),
        new("3.1.3 STATUS", "rfc.test. SOA +opcode=2", Expect.HeaderStatus(Rcode.NotImp).Opcode(2)),
        new("8.1.5 over TCP", "rfc.test. SOA +tcp", Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)),
        new("8.2.1 EDNS 0", "rfc.test. SOA +edns",
            Expect.Answer("rfc.test. 3600 SOA ns1.rfc.test. hostmaster.rfc.test. 1 7200 900 1209600 300").HasEdns()),
        new("8.2.2 EDNS 1", "rfc.test. SOA +edns=1", Expect.Status(Rcode.BadVers).AnswerIs().EdnsIs("version 0", edns => edns.Version == 0)),
        new("8.2.3 an option that is not assigned", "rfc.test. SOA +opt=100:",
            Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).HasEdns().NoOption(100)),
        new("8.2.4 a flag that is not assigned", "rfc.test. SOA +ednsz",
            Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).HasEdns()),
        new("8.2.5 EDNS 1 with a flag", "rfc.test. SOA +edns=1 +ednsz", Expect.Status(Rcode.BadVers).EdnsIs("version 0", edns => edns.Version == 0)),
        new("8.2.6 EDNS 1 with an option", "rfc.test. SOA +edns=1 +opt=100:", Expect.Status(Rcode.BadVers).NoOption(100)),
        new("8.2.7 a truncated answer keeps OPT", "big.rfc.test. TXT +do +bufsize=512",
            Expect.Status(Rcode.NoError).HasEdns().LengthAtMost(512)),
        new("8.2.8 DO=1", "rfc.test. SOA +do", Expect.Status(Rcode.NoError).EdnsIs("DO", edns => edns.IsDnssecOk)),
        new("8.2.9 EDNS 1 with DO=1", "rfc.test. SOA +edns=1 +do", Expect.Status(Rcode.BadVers)),
        new("8.2.10 options that are defined: NSID, COOKIE, EXPIRE, ECS", "rfc.test. SOA +opt=3: +opt=9: +opt=10:0102030405060708 +subnet=0.0.0.0/0",
            Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).HasEdns()),
        new("3.1.1 a name below another's zone gets an answer too", "www.elsewhere.example. A", Expect.HeaderStatus(Rcode.Refused)),
        new("3.1.2 several flags at once", "rfc.test. SOA +cd +ad +rd", Expect.Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer)),
        new("3.2.2 EDNS with a refusal", "www.elsewhere.example. A +edns", Expect.HeaderStatus(Rcode.Refused).HasEdns()),
        new("3.1.3 an unknown opcode with EDNS 0", "rfc.test. SOA +opcode=15 +edns", Expect.HeaderStatus(Rcode.NotImp)),
    ];
}
