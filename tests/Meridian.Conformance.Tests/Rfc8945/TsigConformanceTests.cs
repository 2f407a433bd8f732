using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Conformance.Tests.Updates;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;

namespace Meridian.Conformance.Tests.Rfc8945;

/// <summary>What is wrong with a signature and how the answer says so: the same to Meridian and to BIND.</summary>
public sealed class TsigConformanceTests(UpdateSubjects subjects, ConformanceReport report) : IClassFixture<UpdateSubjects>
{
    private const string Rfc = "RFC 8945";
    private const int HalfMac = 16;

    private static readonly TsigKey Key = UpdateSubjects.Key;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public void Query_Signed_IsAnsweredSigned() => Run("5.3.1 a signed query", (exchange, _) =>
    {
        TsigSigner signer = new(Key);
        byte[] answer = exchange(signer.Sign(Query(), Now));
        return (Rcode)(answer[3] & 0xF) == Rcode.NoError && SignedAnswer.Verify(answer, Key, signer.LastMac.Span).Status == TsigStatus.Ok;
    });

    [Fact]
    public void Query_UnknownKey_IsBadKeyUnsigned() => Run("5.2.1 a key that is not known", (exchange, _) =>
        IsUnsigned(exchange(new TsigSigner(new TsigKey(DomainName.Parse("nobody."), TsigAlgorithm.HmacSha256, "x"u8)).Sign(Query(), Now)), TsigError.BadKey));

    [Fact]
    public void Query_OtherAlgorithm_IsBadKeyUnsigned() => Run("5.2.1 another algorithm", (exchange, _) =>
        IsUnsigned(exchange(new TsigSigner(new TsigKey(Key.Name, TsigAlgorithm.HmacSha512, "x"u8)).Sign(Query(), Now)), TsigError.BadKey));

    [Fact]
    public void Query_WrongSecret_IsBadSigUnsigned() => Run("5.2.2 a wrong secret", (exchange, _) =>
        IsUnsigned(exchange(new TsigSigner(new TsigKey(Key.Name, TsigAlgorithm.HmacSha256, "x"u8)).Sign(Query(), Now)), TsigError.BadSig));

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Query_ClockIsOff_IsBadTimeSignedWithTheServersTime(int seconds) => Run($"5.2.3 a clock that is {seconds} s off", (exchange, _) =>
    {
        TsigSigner signer = new(Key);
        long at = Now + seconds;
        byte[] answer = exchange(signer.Sign(Query(), at));
        return SignedAnswer.Find(answer) is { Error: TsigError.BadTime, OtherData.Length: 6 } record
            && record.TimeSigned == at
            && (Rcode)(answer[3] & 0xF) == Rcode.NotAuth
            && SignedAnswer.Verify(answer, Key, signer.LastMac.Span, at).Status == TsigStatus.Ok;
    });

    [Fact]
    public void Query_MacTooShortForTheKey_IsBadTrunc() => Run("5.2.4 half a MAC", (exchange, _) =>
    {
        byte[] answer = exchange(WithMac(new TsigSigner(Key).Sign(Query(), Now), HalfMac));
        return (Rcode)(answer[3] & 0xF) == Rcode.NotAuth && SignedAnswer.Find(answer) is { Error: TsigError.BadTrunc };
    });

    [Theory]
    [InlineData(HalfMac - 1)]
    [InlineData(1)]
    [InlineData(33)]
    public void Query_MacOfAnImpossibleLength_IsFormErr(int length) => Run($"5.2.2.1 a MAC of {length} octets", (exchange, _) =>
        (Rcode)(exchange(WithMac(new TsigSigner(Key).Sign(Query(), Now), length))[3] & 0xF) == Rcode.FormErr);

    [Fact]
    public void Query_TsigIsNotLast_IsFormErr() => Run("5.1 a record behind TSIG", (exchange, _) =>
    {
        byte[] signed = new TsigSigner(Key).Sign(Query(), Now);
        // . 0 IN A 192.0.2.1
        byte[] behind = [.. signed, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1];
        behind[11]++;
        return (Rcode)(exchange(behind)[3] & 0xF) == Rcode.FormErr;
    });

    [Fact]
    public void Query_TwoSignatures_IsFormErr() => Run("5.1 two TSIG records", (exchange, _) =>
        (Rcode)(exchange(new TsigSigner(Key).Sign(new TsigSigner(Key).Sign(Query(), Now), Now))[3] & 0xF) == Rcode.FormErr);

    [Fact]
    public void Query_IdChangedOnTheWay_IsAccepted() => Run("5.5 a forwarder's ID", (exchange, _) =>
    {
        TsigSigner signer = new(Key);
        byte[] request = signer.Sign(Query(), Now);
        request[0] ^= 0x55;
        byte[] answer = exchange(request);
        return answer[0] == request[0] && (Rcode)(answer[3] & 0xF) == Rcode.NoError;
    });

    private void Run(string name, Func<Func<byte[], byte[]>, ISubject, bool> check)
    {
        foreach (ISubject subject in subjects.All)
        {
            byte[] last = [];
            bool hasPassed = check(
                request =>
                {
                    using UdpClient client = new(subject.Endpoint);
                    last = client.Ask(request) ?? throw new TimeoutException($"{subject.Kind} does not answer");
                    return last;
                },
                subject);
            report.Add(Rfc, name, subject.Kind, hasPassed);
            Assert.True(hasPassed, $"{subject.Kind}: {Convert.ToHexString(last)}");
        }
    }

    private static byte[] Query() => new QueryBuilder("ns1." + UpdateSubjects.Zone, RecordType.A) { Id = 4711, Flags = MessageFlags.None }.Build();

    private static bool IsUnsigned(byte[] answer, TsigError error) =>
        (Rcode)(answer[3] & 0xF) == Rcode.NotAuth && SignedAnswer.Find(answer) is { Mac.Length: 0 } record && record.Error == error;

    /// <summary>The message with a MAC cut or drawn out to so many octets.</summary>
    private static byte[] WithMac(byte[] signed, int length)
    {
        TsigRecord record = SignedAnswer.Find(signed)!; // Signed by these tests.
        // Original ID, error and length of other data are the last six octets, the MAC and its length are in front of them.
        int macAt = signed.Length - 6 - record.Mac.Length;
        byte[] mac = [.. record.Mac.Span, 0];
        byte[] cut = [.. signed.AsSpan(0, macAt - 2), 0, (byte)length, .. mac.AsSpan(0, length), .. signed.AsSpan(signed.Length - 6)];
        // RDLENGTH is in front of the algorithm's name, time, fudge and the MAC's length.
        int rdataLengthAt = macAt - 2 - 8 - record.AlgorithmName.Wire.Length - 2;
        cut[rdataLengthAt + 1] = (byte)(cut.Length - rdataLengthAt - 2);
        return cut;
    }
}
