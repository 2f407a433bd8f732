using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Conformance.Tests.Updates;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;

namespace Meridian.Conformance.Tests.Rfc2136;

/// <summary>Dynamic updates: the same to Meridian and to BIND, and what is there afterwards.</summary>
public sealed class UpdateTests(UpdateSubjects subjects, ConformanceReport report) : IClassFixture<UpdateSubjects>
{
    private const string Rfc = "RFC 2136";

    private static int _count;

    // What there is before; the update; its response code; what there is then, of the name x. In every case x is another name.
    [Theory]
    [InlineData("2.4.1 RRset exists", "add x A 192.0.2.1", "yxrrset x A; add x A 192.0.2.2", Rcode.NoError, "A 192.0.2.1|A 192.0.2.2")]
    [InlineData("2.4.1 RRset does not", "", "yxrrset x A; add x A 192.0.2.2", Rcode.NXRRSet, "")]
    [InlineData("2.4.2 these values", "add x A 192.0.2.1; add x A 192.0.2.2", "is x A 192.0.2.2; is x A 192.0.2.1; delete x A", Rcode.NoError, "")]
    [InlineData("2.4.2 some of the values", "add x A 192.0.2.1; add x A 192.0.2.2", "is x A 192.0.2.2; delete x A", Rcode.NXRRSet, "A 192.0.2.1|A 192.0.2.2")]
    [InlineData("2.4.2 more than the values", "add x A 192.0.2.1", "is x A 192.0.2.2; is x A 192.0.2.1; delete x A", Rcode.NXRRSet, "A 192.0.2.1")]
    [InlineData("2.4.3 RRset does not exist", "", "nxrrset x A; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("2.4.3 RRset does", "add x A 192.0.2.1", "nxrrset x A; add x A 192.0.2.2", Rcode.YXRRSet, "A 192.0.2.1")]
    [InlineData("2.4.4 name in use", "add x TXT a", "yxdomain x; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1|TXT \"a\"")]
    [InlineData("2.4.4 name not in use", "", "yxdomain x; add x A 192.0.2.1", Rcode.NXDomain, "")]
    [InlineData("2.4.5 name not in use", "", "nxdomain x; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("2.4.5 name in use", "add x TXT a", "nxdomain x; add x A 192.0.2.1", Rcode.YXDomain, "TXT \"a\"")]
    [InlineData("2.4.5 empty non-terminal is not in use", "add y.x TXT a", "nxdomain x; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("2.5.1 add to an RRset", "add x A 192.0.2.1", "add x A 192.0.2.2", Rcode.NoError, "A 192.0.2.1|A 192.0.2.2")]
    [InlineData("2.5.1 add what is there", "add x A 192.0.2.1", "add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("2.5.2 delete an RRset", "add x A 192.0.2.1; add x TXT a", "delete x A", Rcode.NoError, "TXT \"a\"")]
    [InlineData("2.5.2 delete what is not there", "add x TXT a", "delete x A", Rcode.NoError, "TXT \"a\"")]
    [InlineData("2.5.3 delete a name", "add x A 192.0.2.1; add x TXT a", "delete x", Rcode.NoError, "")]
    [InlineData("2.5.4 delete a record", "add x A 192.0.2.1; add x A 192.0.2.2", "remove x A 192.0.2.1", Rcode.NoError, "A 192.0.2.2")]
    [InlineData("2.5.4 delete the last record", "add x A 192.0.2.1", "remove x A 192.0.2.1", Rcode.NoError, "")]
    [InlineData("3.2 one prerequisite of two fails", "add x A 192.0.2.1", "yxdomain x; nxrrset x A; delete x", Rcode.YXRRSet, "A 192.0.2.1")]
    [InlineData("3.4.2 in the order of the message", "add x A 192.0.2.1", "delete x; add x A 192.0.2.2", Rcode.NoError, "A 192.0.2.2")]
    [InlineData("3.4.2 the other order", "add x A 192.0.2.1", "add x A 192.0.2.2; delete x", Rcode.NoError, "")]
    [InlineData("3.4.2.2 a CNAME beside data is left out", "add x A 192.0.2.1", "add x CNAME ns1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("3.4.2.2 data beside a CNAME is left out", "add x CNAME ns1", "add x A 192.0.2.1", Rcode.NoError, "CNAME ns1.update.test.")]
    [InlineData("3.4.2.2 a CNAME takes the place of another", "add x CNAME ns1", "add x CNAME ns2", Rcode.NoError, "CNAME ns2.update.test.")]
    [InlineData("3.4.2.2 an SOA that is not ahead is left out", "", "add @ SOA ns1 host 1 1 1 1 1; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("3.4.2.3 the apex keeps its NS", "", "delete @ NS; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("3.4.2.3 the apex keeps SOA and NS", "", "delete @; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("3.4.2.4 the apex keeps its SOA", "", "remove @ SOA ns1 host 1 7200 900 1209600 60; add x A 192.0.2.1", Rcode.NoError, "A 192.0.2.1")]
    [InlineData("3.1.1 a name outside the zone", "", "add x A 192.0.2.1; add x.example. A 192.0.2.1", Rcode.NotZone, "")]
    [InlineData("3.2.5 a prerequisite outside the zone", "", "yxdomain x.example.; add x A 192.0.2.1", Rcode.NotZone, "")]
    [InlineData("3.4.1 a type that no zone holds", "", "add x A 192.0.2.1; delete x AXFR", Rcode.FormErr, "")]
    [InlineData("3.4.1 adding ANY", "", "add x A 192.0.2.1; add x ANY", Rcode.FormErr, "")]
    public void Update_Case_DoesWhatTheRfcSays(string name, string before, string update, Rcode expected, string after)
    {
        foreach (ISubject subject in subjects.All)
        {
            // A name of this case and subject alone.
            string owner = $"n{Interlocked.Increment(ref _count)}";
            if (before.Length > 0)
            {
                Assert.Equal(Rcode.NoError, Send(subject, Named(before, owner)));
            }
            Rcode rcode = Send(subject, Named(update, owner));
            string found = string.Join('|', new[] { RecordType.A, RecordType.CNAME, RecordType.TXT }.SelectMany(type => Records(subject, owner, type)).Order(StringComparer.Ordinal));
            bool hasPassed = (rcode, found) == (expected, after) && Records(subject, "@", RecordType.NS).Length == 2;
            report.Add(Rfc, name, subject.Kind, hasPassed);
            Assert.True(hasPassed, $"{subject.Kind}: {rcode}, '{found}'; expected {expected}, '{after}'\n{subject.LastLines}");
        }
    }

    [Fact]
    public void Update_OverTcp_IsAnsweredSigned()
    {
        foreach (ISubject subject in subjects.All)
        {
            TsigSigner signer = new(UpdateSubjects.Key);
            byte[] request = signer.Sign(UpdateText.ToMessage("add tcp A 192.0.2.1", 4711), Now);
            using TcpClient client = new(subject.Endpoint);
            byte[]? answer = client.Ask(request);
            Assert.NotNull(answer);
            Assert.Equal(TsigStatus.Ok, SignedAnswer.Verify(answer, UpdateSubjects.Key, signer.LastMac.Span).Status);
            Assert.Equal(["A 192.0.2.1"], Records(subject, "tcp", RecordType.A));
            report.Add(Rfc, "2.1 over TCP", subject.Kind, hasPassed: true);
        }
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static string Named(string text, string owner) => string.Join(';', text.Split(';').Select(part =>
    {
        string[] words = part.Trim().Split(' ');
        words[1] = words[1] is "x" ? owner : words[1].Replace(".x", $".{owner}", StringComparison.Ordinal);
        return string.Join(' ', words);
    }));

    private static Rcode Send(ISubject subject, string update)
    {
        TsigSigner signer = new(UpdateSubjects.Key);
        byte[] request = signer.Sign(UpdateText.ToMessage(update, (ushort)Interlocked.Increment(ref _count)), Now);
        using UdpClient client = new(subject.Endpoint);
        byte[]? answer = client.Ask(request);
        Assert.NotNull(answer);
        Assert.Equal(TsigStatus.Ok, SignedAnswer.Verify(answer, UpdateSubjects.Key, signer.LastMac.Span).Status);
        return (Rcode)(answer[3] & 0x0F);
    }

    private static string[] Records(ISubject subject, string owner, RecordType type)
    {
        DomainName name = DomainName.Parse(owner, DomainName.Parse(UpdateSubjects.Zone));
        using UdpClient client = new(subject.Endpoint);
        byte[]? answer = client.Ask(new QueryBuilder(name.ToString(), type) { Id = 1 }.Build());
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(answer, out Message? message));
        return [.. message!.Answer.Where(record => record.Type == type && record.Owner == name).Select(record => $"{type} {RdataText.Format(type, record.Rdata.Span)}")];
    }
}
