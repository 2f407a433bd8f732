using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc6891;

/// <summary>Extension mechanisms for DNS: EDNS(0).</summary>
public sealed class EdnsTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<EdnsTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 6891";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("6.1.1 OPT is answered with OPT", "www.rfc.test. A +edns", Expect.Status(Rcode.NoError).HasEdns()),
        new("6.1.1 without OPT none is sent", "www.rfc.test. A", Expect.Status(Rcode.NoError).NoEdns()),
        new("6.1.1 OPT in a negative answer", "missing.rfc.test. A +edns", Expect.NxDomain("rfc.test.").HasEdns()),
        new("6.1.1 OPT in a referral", "x.noglue.rfc.test. A +edns", Expect.Status(Rcode.NoError).HasEdns()),
        new("6.1.1 OPT with a refusal", "www.elsewhere.example. A +edns", Expect.Status(Rcode.Refused).HasEdns()),
        new("6.1.1 OPT in a truncated answer", "big.rfc.test. TXT +bufsize=512", Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).HasEdns()),
        new("6.1.1 OPT over TCP", "www.rfc.test. A +edns +tcp", Expect.Status(Rcode.NoError).HasEdns()),
        new("6.1.1 two OPT records", Ask.Parse("www.rfc.test. A +edns").WithTrailing(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0).WithOctet(11, 2),
            Expect.HeaderStatus(Rcode.FormErr)),
        new("6.1.2 an OPT whose owner is not the root",
            Ask.Parse("www.rfc.test. A").WithTrailing(1, (byte)'a', 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0).WithOctet(11, 1),
            Expect.HeaderStatus(Rcode.FormErr)),
        new("6.1.2 an option that is longer than its record",
            Ask.Parse("www.rfc.test. A").WithTrailing(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 5, 0, 3, 0, 9, 1).WithOctet(11, 1), Expect.HeaderStatus(Rcode.FormErr)),
        new("6.1.2 a record that is longer than the message",
            Ask.Parse("www.rfc.test. A").WithTrailing(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 50, 0, 3, 0, 0).WithOctet(11, 1), Expect.NoResponseOr(Rcode.FormErr)),
        new("6.1.2 an unknown option is ignored and not sent back", "www.rfc.test. TXT +opt=65001:0102", Expect.Status(Rcode.NoError).HasEdns().NoOption(65001)),
        new("6.1.2 an unknown option of length 0", "www.rfc.test. TXT +opt=100", Expect.Status(Rcode.NoError).HasEdns().NoOption(100)),
        new("6.1.2 several unknown options", "www.rfc.test. TXT +opt=65001:01 +opt=65002:02 +opt=65001:03", Expect.Status(Rcode.NoError).NoOption(65001).NoOption(65002)),
        new("6.1.3 version 1 is BADVERS, and the answer says version 0", "rfc.test. SOA +edns=1",
            Expect.Status(Rcode.BadVers).EdnsIs("version 0", edns => edns.Version == 0).AnswerIs()),
        new("6.1.3 version 255", "rfc.test. SOA +edns=255", Expect.Status(Rcode.BadVers).EdnsIs("version 0", edns => edns.Version == 0)),
        new("6.1.4 DO is copied", "www.rfc.test. A +do", Expect.Status(Rcode.NoError).EdnsIs("DO", edns => edns.IsDnssecOk)),
        new("6.1.4 DO is clear when it was clear", "www.rfc.test. A +edns", Expect.Status(Rcode.NoError).EdnsIs("no DO", edns => !edns.IsDnssecOk)),
        new("6.1.4 a flag that is not assigned is ignored", "www.rfc.test. A +edns +ednsz", Expect.Status(Rcode.NoError).HasEdns()),
        new("6.2.3 more than 512 octets when the client takes them", "mx60.big.test. MX +bufsize=1232", Expect.Status(Rcode.NoError).LengthAtMost(1232)),
        new("6.2.3 a size below 512 is 512", "a29.big.test. A +bufsize=100",
            Expect.Status(Rcode.NoError).Holds("TC or 29 records", message =>
                message.Header.Flags.HasFlag(MessageFlags.Truncated) || message.Answer.Length == 29)),
        new("6.2.3 a size of 0 is 512", "www.rfc.test. TXT +bufsize=0", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"").HasEdns()),
        new("6.2.3 the size is respected", "a40.big.test. A +bufsize=600", Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).LengthAtMost(600)),
        new("6.2.3 an answer between 512 and the client's size", "a40.big.test. A +bufsize=1232",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("40 records", message => message.Answer.Length == 40)),
        new("6.2.4 the server's own size bounds the client's", "a100.big.test. A +bufsize=4096",
            Expect.Status(Rcode.NoError).Set(MessageFlags.Truncated).LengthAtMost(1232)),
        new("6.2.5 the server says its own size, 1232 or more", "www.rfc.test. A +bufsize=512",
            Expect.Status(Rcode.NoError).EdnsIs("a size of 512 or more", edns => edns.UdpPayloadSize >= 512)),
        new("6.1.1 OPT is asked for: no zone holds it, and there is an answer", "rfc.test. OPT",
            Expect.HeaderStatus(Rcode.FormErr, Rcode.NotImp, Rcode.Refused, Rcode.NoError).Holds("no records", message => message.Answer.IsEmpty)),
    ];
}
