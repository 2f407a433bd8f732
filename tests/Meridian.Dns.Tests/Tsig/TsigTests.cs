using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;

namespace Meridian.Dns.Tests.Tsig;

/// <summary>Signing and checking, against messages that another implementation signed, and every outcome of RFC 8945 §5.2.</summary>
public sealed class TsigTests
{
    private const long Now = 0x6b003640;

    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, Secret(32));

    // Queries for www.example.com. A that kdig 3.2.6 signed with the key Key.Example, whose secret is the octets 1, 2, 3 … as many
    // as the hash has.
    [Theory]
    [InlineData("hmac-md5", "21290020000100000000000103777777076578616d706c6503636f6d0000010001036b6579076578616d706c650000fa00ff00000000003a08686d61632d6d6435077369672d616c670372656703696e740000006b003640012c00102e028ee6a891dc4839890eb5d34753f0212900000000")]
    [InlineData("hmac-sha1", "45d70020000100000000000103777777076578616d706c6503636f6d0000010001036b6579076578616d706c650000fa00ff00000000002f09686d61632d736861310000006b003640012c0014231d956d0119a72a3a3a3d22f7ef279d62be286545d700000000")]
    [InlineData("hmac-sha256", "c7500020000100000000000103777777076578616d706c6503636f6d0000010001036b6579076578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006b003640012c00204e672e37e7eee675d0c47ebd3cc1a712f7d39e33901e0621e5ead1723cf0045cc75000000000")]
    [InlineData("hmac-sha384", "81290020000100000000000103777777076578616d706c6503636f6d0000010001036b6579076578616d706c650000fa00ff00000000004d0b686d61632d7368613338340000006b003640012c003008b7e1e2318894f9ead49fa883b5caf6e762f2d4b70af8e72b4f2d5a6248dcc46f2bbb4870c04214f50a7895fa3e8854812900000000")]
    [InlineData("hmac-sha512", "f9eb0020000100000000000103777777076578616d706c6503636f6d0000010001036b6579076578616d706c650000fa00ff00000000005d0b686d61632d7368613531320000006b003640012c0040db1822cfaa15eb5f8842b469a46bfa0bc35378bf2082d0bb7631ffcbfd56e4d16a70a2066b4f4ba4892c97e203d6437bc113b31493774f081a4256440611552ff9eb00000000")]
    public void Verify_SignedByKdig_IsAcceptedAndSignedAlike(string algorithm, string hex)
    {
        byte[] wire = Convert.FromHexString(hex);
        TsigAlgorithm known = TsigAlgorithm.Find(algorithm)!;
        TsigKey key = new(DomainName.Parse("Key.Example."), known, Secret(known.MacLength));
        Assert.Equal(TsigStatus.Ok, Verify(wire, key).Status);
        // Without its TSIG, and signed by us, it is the same message.
        int offset = OffsetOf(wire);
        byte[] unsigned = wire[..offset];
        unsigned[11]--;
        Assert.Equal(wire, new TsigSigner(key).Sign(unsigned, Now));
        wire[13] ^= 0x20;
        Assert.Equal(TsigStatus.BadSig, Verify(wire, key).Status);
    }

    [Theory]
    [InlineData(0, TsigStatus.Ok)]
    [InlineData(300, TsigStatus.Ok)]
    [InlineData(-300, TsigStatus.Ok)]
    [InlineData(301, TsigStatus.BadTime)]
    [InlineData(-301, TsigStatus.BadTime)]
    [InlineData(1L << 40, TsigStatus.BadTime)]
    public void Verify_ClocksApart_AllowsTheFudge(long apart, TsigStatus expected) =>
        Assert.Equal(expected, TsigCheck.Verify(SignedQuery(), OffsetOf(SignedQuery()), _ => Key, Now + apart).Status);

    [Fact]
    public void Verify_LargeFudge_CountsForFiveMinutes()
    {
        byte[] wire = new TsigSigner(Key).Sign(Query(), Now, fudgeSeconds: 60_000);
        Assert.Equal(TsigStatus.BadTime, TsigCheck.Verify(wire, OffsetOf(wire), _ => Key, Now + 301).Status);
    }

    [Fact]
    public void Verify_OtherKeyOrAlgorithm_IsBadKey()
    {
        byte[] wire = SignedQuery();
        Assert.Equal(TsigStatus.BadKey, TsigCheck.Verify(wire, OffsetOf(wire), _ => null, Now).Status);
        TsigKey other = new(Key.Name, TsigAlgorithm.HmacSha512, Secret(32));
        TsigCheck check = Verify(wire, other);
        Assert.Equal((TsigStatus.BadKey, TsigError.BadKey, (TsigKey?)null), (check.Status, check.Error, check.Key));
        TsigKey changed = new(Key.Name, TsigAlgorithm.HmacSha256, Secret(31));
        Assert.Equal(TsigStatus.BadSig, Verify(wire, changed).Status);
    }

    [Theory]
    [InlineData(32, null, TsigStatus.Ok)]
    [InlineData(31, null, TsigStatus.BadTrunc)]
    [InlineData(16, null, TsigStatus.BadTrunc)]
    [InlineData(16, 16, TsigStatus.Ok)]
    [InlineData(16, 20, TsigStatus.BadTrunc)]
    [InlineData(15, 16, TsigStatus.Malformed)]
    [InlineData(33, 16, TsigStatus.Malformed)]
    [InlineData(0, 16, TsigStatus.BadSig)]
    public void Verify_MacCutShort_FollowsThePolicyOfTheKey(int length, int? least, TsigStatus expected)
    {
        byte[] wire = WithMac(SignedQuery(), length);
        Assert.Equal(expected, Verify(wire, new TsigKey(Key.Name, Key.Algorithm, Secret(32), least)).Status);
    }

    [Fact]
    public void Verify_IdChangedByForwarder_IsAccepted()
    {
        byte[] wire = SignedQuery();
        wire[0] ^= 0xFF;
        Assert.Equal(TsigStatus.Ok, Verify(wire, Key).Status);
    }

    [Fact]
    public void Sign_Response_CoversTheRequest()
    {
        TsigSigner client = new(Key);
        byte[] request = client.Sign(Query(), Now);
        TsigCheck check = Verify(request, Key);
        byte[] response = new TsigSigner(Key, check.Record!.Mac).Sign(Query(), Now + 1);
        Assert.Equal(TsigStatus.Ok, TsigCheck.Verify(response, OffsetOf(response), _ => Key, Now, client.LastMac.Span).Status);
        Assert.Equal(TsigStatus.BadSig, TsigCheck.Verify(response, OffsetOf(response), _ => Key, Now).Status);
    }

    [Fact]
    public void Sign_Stream_ChainsEachMessageToTheOneBefore()
    {
        byte[] requestMac = Verify(SignedQuery(), Key).Record!.Mac.ToArray();
        TsigSigner signer = new(Key, requestMac);
        byte[] prior = requestMac;
        for (int i = 0; i < 3; i++)
        {
            byte[] wire = signer.Sign(Query(), Now + i);
            TsigCheck check = TsigCheck.Verify(wire, OffsetOf(wire), _ => Key, Now, prior, timersOnly: i > 0);
            Assert.Equal(TsigStatus.Ok, check.Status);
            Assert.Equal(TsigStatus.BadSig, TsigCheck.Verify(wire, OffsetOf(wire), _ => Key, Now, prior, timersOnly: i == 0).Status);
            prior = check.Record!.Mac.ToArray();
        }
    }

    [Fact]
    public void AppendUnsigned_BadKey_HasNoMacAndTheRequestsNames()
    {
        TsigRecord request = Verify(SignedQuery(), Key).Record!;
        byte[] wire = TsigSigner.AppendUnsigned(Query(), request, TsigError.BadKey);
        TsigRecord answer = TsigRecord.TryParse(wire, OffsetOf(wire))!;
        Assert.Equal((request.KeyName, request.AlgorithmName, TsigError.BadKey, 0), (answer.KeyName, answer.AlgorithmName, answer.Error, answer.Mac.Length));
    }

    [Fact]
    public void Verify_MutatedMessages_NeverThrowAndNeverPass()
    {
        Random random = new(8945);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] wire = SignedQuery();
            int offset = OffsetOf(wire);
            int at = random.Next(wire.Length);
            byte was = wire[at];
            wire[at] = (byte)random.Next(256);
            int length = random.Next(3) == 0 ? random.Next(wire.Length) : wire.Length;
            TsigCheck check = TsigCheck.Verify(wire.AsSpan(0, length), Math.Min(offset, length), _ => Key, Now);
            // The ID is not signed (the original one is), nor is the count of records, nor the case of names.
            bool isCovered = at > 1 && at is not (10 or 11) && (wire[at] | 0x20) != (was | 0x20);
            Assert.True(check.Status != TsigStatus.Ok || !isCovered || length < wire.Length || wire[at] == was, $"octet {at}");
            Assert.True(length == wire.Length || check.Status == TsigStatus.Malformed);
        }
    }

    [Fact]
    public void Key_ToString_HasNoSecret() => Assert.Equal("key.example. (hmac-sha256)", Key.ToString());

    private static byte[] Secret(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];

    private static byte[] Query() => new QueryBuilder("www.example.com.", RecordType.A) { Id = 4711 }.Build();

    private static byte[] SignedQuery() => new TsigSigner(Key).Sign(Query(), Now);

    private static TsigCheck Verify(byte[] wire, TsigKey key) =>
        TsigCheck.Verify(wire, OffsetOf(wire), name => name == key.Name ? key : null, Now);

    private static int OffsetOf(byte[] wire)
    {
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(wire, out QueryView view));
        return view.TsigOffset;
    }

    private static byte[] WithMac(byte[] wire, int length)
    {
        int offset = OffsetOf(wire);
        byte[] mac = [.. TsigRecord.TryParse(wire, offset)!.Mac.Span, 0];
        // Owner, header and algorithm's name; time and fudge; then the MAC's size.
        int sizeAt = offset + Key.Name.Wire.Length + 10 + Key.Algorithm.Name.Wire.Length + 8;
        byte[] cut = [.. wire.AsSpan(0, sizeAt), 0, (byte)length, .. mac.AsSpan(0, length), .. wire.AsSpan(wire.Length - 6)];
        int rdataLengthAt = offset + Key.Name.Wire.Length + 8;
        cut[rdataLengthAt + 1] = (byte)(cut.Length - rdataLengthAt - 2);
        return cut;
    }
}
