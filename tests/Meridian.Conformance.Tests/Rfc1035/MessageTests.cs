using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc1035;

/// <summary>The format of messages, RFC 1035 §4, and of the records they carry, §3.3.</summary>
public sealed class MessageTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<MessageTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 1035";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("4.1.1 RD is copied when clear", "www.rfc.test. TXT", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"").Clear(MessageFlags.RecursionDesired)),
        new("4.1.1 the opcode is copied", "rfc.test. SOA", Expect.Status(Rcode.NoError).Opcode(0)),
        new("4.1.1 an inverse query is not implemented", "rfc.test. A +opcode=1", Expect.HeaderStatus(Rcode.NotImp).Opcode(1)),
        new("4.1.1 AA in a query changes nothing", "www.rfc.test. TXT +aa", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4.1.1 a response is not answered", Ask.Parse("www.rfc.test. A").WithOctet(2, 0x80), Expect.NoResponse),
        new("4.1.1 fewer octets than a header are not answered", Ask.Raw("ID 0000 0001 0000 0000 00"), Expect.NoResponse),
        new("4.1.2 the question is repeated in the case it came in", "wWw.RfC.tEsT. TXT", Expect.Status(Rcode.NoError).QuestionEchoed()),
        new("2.3.3 names match whatever their case: in the query", "MIXED.RFC.TEST. A",
            Expect.Status(Rcode.NoError).AnswerIs("mixed.rfc.test. 3600 A 192.0.2.4")),
        new("2.3.3 names match whatever their case: in the zone", "mixed.rfc.test. A", Expect.Answer("mixed.rfc.test. 3600 A 192.0.2.4")),
        new("2.3.4 a label of 63 octets", $"{new string('a', 63)}.long.test. A", Expect.Answer($"{new string('a', 63)}.long.test. 600 A 192.0.2.1")),
        new("2.3.4 a name of 255 octets that is there", $"{LongName(51)} A", Expect.Answer($"{LongName(51)} 600 A 192.0.2.3")),
        new("2.3.4 a name of 255 octets that is not there", $"{LongName(51).Replace('d', 'z')} A", Expect.NxDomain("long.test.")),
        new("2.3.4 an alias to a name of 255 octets", "tolong.long.test. A",
            Expect.Answer($"tolong.long.test. 600 CNAME {LongName(51)}", $"{LongName(51)} 600 A 192.0.2.3")),
        new("2.3.4 a name of 127 labels", $"{string.Concat(Enumerable.Repeat("x.", 110))}deep.long.test. A",
            Expect.Answer($"{string.Concat(Enumerable.Repeat("x.", 110))}deep.long.test. 600 A 192.0.2.5")),
        new("4.1.4 a question whose name is a pointer at itself", Ask.Raw("ID 0000 0001 0000 0000 0000 C00C 0001 0001"), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.1.4 a label of a type that is not assigned", Ask.Raw("ID 0000 0001 0000 0000 0000 41 61 00 0001 0001"), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.1.2 a question that is cut off in its name", Ask.Parse("www.rfc.test. A").CutTo(20), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.1.2 a question that is cut off in its type", Ask.Parse("www.rfc.test. A").CutTo(27), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.1.1 a header alone that announces a question", Ask.Raw("ID 0000 0001 0000 0000 0000"), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.1.1 an additional record is announced and missing", Ask.Parse("www.rfc.test. A").WithOctet(11, 1), Expect.NoResponseOr(Rcode.FormErr)),
        new("4.2.1 without EDNS a datagram holds 512 octets: TC", "big.rfc.test. TXT",
            Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).LengthAtMost(512)),
        new("4.2.2 over TCP the whole answer comes", "big.rfc.test. TXT +tcp",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("40 records", message => message.Answer.Length == 40)),
        new("4.2.2 an answer near 64 KiB", "huge.big.test. TXT +tcp",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).LengthAtLeast(55_000).Holds("230 records", message => message.Answer.Length == 230)),
        new("4.1.4 owners are compressed: 1,200 addresses fit", "a1200.big.test. A +tcp",
            Expect.Status(Rcode.NoError).LengthAtMost(12 + 20 + (1200 * 16) + 120).Holds("1,200 records", message => message.Answer.Length == 1200)),
        new("3.3.9 MX: the exchange's addresses go along", "rfc.test. MX",
            Expect.Answer("rfc.test. 3600 MX 10 mail.rfc.test.", "rfc.test. 3600 MX 20 mail.elsewhere.example.")
                .Additional("mail.rfc.test. 3600 A 192.0.2.25", "mail.rfc.test. 3600 AAAA 2001:db8::25")),
        new("3.3.11 NS: the servers' addresses go along", "rfc.test. NS",
            Expect.Status(Rcode.NoError).Additional(
                "ns1.rfc.test. 3600 A 192.0.2.53", "ns1.rfc.test. 3600 AAAA 2001:db8::53", "ns2.rfc.test. 3600 A 192.0.2.54")),
        new("3.3.12 PTR", "ptr.rfc.test. PTR", Expect.Answer("ptr.rfc.test. 3600 PTR www.rfc.test.")),
        new("3.3.2 HINFO", "hinfo.types.test. HINFO", Expect.Answer("hinfo.types.test. 1200 HINFO \"CPU\" \"OS\"")),
        new("3.3.7 MINFO", "minfo.types.test. MINFO", Expect.Answer("minfo.types.test. 1200 MINFO a.types.test. b.types.test.")),
        new("3.3.14 TXT with empty and quoted strings", "txt.types.test. TXT",
            Expect.Answer("txt.types.test. 1200 TXT \"quoted; semicolon\" \"with \\\"quotes\\\"\" \"\" \"unquoted\"")),
        new("3.2.4 class CH is not this zone", "rfc.test. SOA +class=3", Expect.HeaderStatus(Rcode.Refused, Rcode.NotAuth, Rcode.NotImp)),
    ];

    // 255 octets on the wire: three labels of 63, one of the given length, and the zone's.
    private static string LongName(int first) =>
        $"{new string('d', first)}.{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.long.test.";
}
