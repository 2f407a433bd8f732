using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Answering;
using Meridian.Server.Tests.Support;
using Meridian.Server.Xdp;

namespace Meridian.Server.Tests.Xdp;

/// <summary>Reading the headers of a frame, and writing those of its answer.</summary>
public sealed class FrameTests
{
    public static TheoryData<bool, int?> FamiliesAndTags => new()
    {
        { true, null },
        { false, null },
        { true, 100 },
        { false, 4094 },
    };

    [Theory]
    [MemberData(nameof(FamiliesAndTags))]
    public void TryParse_Query_FindsItsParts(bool isIPv4, int? vlan)
    {
        byte[] frame = Frames.Query(isIPv4, vlan);

        Assert.True(FrameHeaders.TryParse(frame, out FrameHeaders headers));
        Assert.Equal(isIPv4, headers.IsIPv4);
        Assert.Equal(vlan is null ? 14 : 18, headers.NetworkOffset);
        Assert.Equal(Queries.Query(7, "www"), frame[headers.PayloadOffset..][..headers.PayloadLength]);
        Assert.Equal(ClientAddress.FromIPAddress(isIPv4 ? Frames.ClientIPv4 : Frames.ClientIPv6), headers.Source(frame, out ushort port));
        Assert.Equal(Frames.ClientPort, port);
        Assert.True(headers.IsAnswerable(frame));
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTags))]
    public void TryParse_Padding_IsNoPartOfTheMessage(bool isIPv4, int? vlan)
    {
        byte[] frame = [.. Frames.Query(isIPv4, vlan), 1, 2, 3, 4, 5];
        Assert.True(FrameHeaders.TryParse(frame, out FrameHeaders headers));
        Assert.Equal(Queries.Query(7, "www").Length, headers.PayloadLength);
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTags))]
    public void TryParse_CutAnywhere_IsRefused(bool isIPv4, int? vlan)
    {
        byte[] frame = Frames.Query(isIPv4, vlan);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(FrameHeaders.TryParse(frame.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData(12, "0806")] // ARP
    [InlineData(12, "88A8")] // IEEE 802.1ad
    [InlineData(14, "46")] // options
    [InlineData(14, "65")] // version 6 in an IPv4 frame
    [InlineData(16, "0013")] // total length below the header
    [InlineData(16, "FFFF")] // total length beyond the frame
    [InlineData(20, "2000")] // more fragments
    [InlineData(20, "0001")] // a later fragment
    [InlineData(23, "06")] // TCP
    [InlineData(38, "0007")] // UDP length below its header
    [InlineData(38, "00FF")] // UDP length beyond the packet
    public void TryParse_IPv4NotAWholeDatagram_IsRefused(int offset, string octets) =>
        Assert.False(FrameHeaders.TryParse(Frames.With(Frames.Query(isIPv4: true), offset, Convert.FromHexString(octets)), out _));

    [Theory]
    [InlineData(14, "45")] // version 4 in an IPv6 frame
    [InlineData(18, "FFFF")] // payload length beyond the frame
    [InlineData(18, "0000")] // no payload
    [InlineData(20, "2C")] // fragment header
    [InlineData(20, "00")] // hop-by-hop options
    [InlineData(58, "0007")] // UDP length below its header
    [InlineData(58, "FFFF")] // UDP length beyond the packet
    public void TryParse_IPv6NotAWholeDatagram_IsRefused(int offset, string octets) =>
        Assert.False(FrameHeaders.TryParse(Frames.With(Frames.Query(isIPv4: false), offset, Convert.FromHexString(octets)), out _));

    [Theory]
    [InlineData(true, "0.0.0.0")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(true, "224.0.0.251")]
    [InlineData(true, "255.255.255.255")]
    [InlineData(false, "::")]
    [InlineData(false, "ff02::1")]
    public void IsAnswerable_SourceThatNobodyIs_IsRefused(bool isIPv4, string source)
    {
        byte[] frame = Frames.Query(isIPv4, source: System.Net.IPAddress.Parse(source));
        Assert.True(FrameHeaders.TryParse(frame, out FrameHeaders headers));
        Assert.False(headers.IsAnswerable(frame));
    }

    [Fact]
    public void IsAnswerable_GroupAsHardwareSource_IsRefused()
    {
        byte[] frame = Frames.With(Frames.Query(isIPv4: true), 6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
        Assert.True(FrameHeaders.TryParse(frame, out FrameHeaders headers));
        Assert.False(headers.IsAnswerable(frame));
    }

    [Fact]
    public void TryParse_AnyMutation_NeverReadsPastTheEnd()
    {
        Gen<(bool, int?, (int At, int Octet)[], int)> mutations =
            from isIPv4 in Gen.Elements(true, false)
            from vlan in Gen.Elements<int?>(null, 1, 4094)
            from changes in Gen.Two(Gen.Choose(0, 255)).Select(static pair => (pair.Item1 % 70, pair.Item2)).ArrayOf()
            from cut in Gen.Choose(0, 200)
            select (isIPv4, vlan, changes, cut);
        Prop.ForAll(mutations.ToArbitrary(), static mutation =>
        {
            (bool isIPv4, int? vlan, (int At, int Octet)[] changes, int cut) = mutation;
            byte[] frame = Frames.Query(isIPv4, vlan);
            foreach ((int at, int octet) in changes)
            {
                frame[at % frame.Length] = (byte)octet;
            }

            // A span that ends where the frame does throws for any octet behind it.
            ReadOnlySpan<byte> octets = frame.AsSpan(0, Math.Min(cut, frame.Length));
            if (!FrameHeaders.TryParse(octets, out FrameHeaders headers))
            {
                return true;
            }

            headers.IsAnswerable(octets);
            headers.Source(octets, out _);
            return headers.PayloadLength >= 0 && headers.PayloadOffset + headers.PayloadLength <= octets.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20_261_120, 5301));
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTags))]
    public void Complete_Answer_GoesBackWithRightLengthsAndChecksums(bool isIPv4, int? vlan)
    {
        // Every length from an empty message: odd ones, and those that need padding.
        for (int payloadLength = 0; payloadLength < 300; payloadLength++)
        {
            byte[] memory = new byte[1600];
            memory.AsSpan().Fill(0xEE);
            byte[] query = Frames.Query(isIPv4, vlan);
            query.CopyTo(memory, 0);
            Assert.True(FrameHeaders.TryParse(query, out FrameHeaders headers));
            byte[] payload = [.. Enumerable.Range(0, payloadLength).Select(index => (byte)(index * 7))];
            payload.CopyTo(memory, headers.PayloadOffset);

            int length = AnswerFrame.Complete(memory, headers, payloadLength);

            Assert.Equal(Math.Max(60, headers.PayloadOffset + payloadLength), length);
            byte[] frame = memory[..length];
            Assert.Equal([.. Frames.ClientHardware, .. Frames.ServerHardware], frame[..12]);
            Assert.Equal(query[12..headers.NetworkOffset], frame[12..headers.NetworkOffset]);
            Assert.All(frame[(headers.PayloadOffset + payloadLength)..], static padding => Assert.Equal(0, padding));
            Assert.True(FrameHeaders.TryParse(frame, out FrameHeaders answer));
            Assert.Equal(payload, frame[answer.PayloadOffset..][..answer.PayloadLength]);
            AssertAddressesAndChecksums(frame.AsSpan(answer.NetworkOffset), isIPv4, 8 + payloadLength);
            Assert.Equal(Frames.Port, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(answer.UdpOffset)));
            Assert.Equal(Frames.ClientPort, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(answer.UdpOffset + 2)));
        }
    }

    [Fact]
    public void Complete_ChecksumThatComesOutZero_IsWrittenAsAllOnes()
    {
        byte[] query = Frames.Query(isIPv4: true);
        Assert.True(FrameHeaders.TryParse(query, out FrameHeaders headers));
        int found = 0;
        for (int value = 0; value <= ushort.MaxValue; value++)
        {
            byte[] memory = new byte[100];
            query.CopyTo(memory, 0);
            BinaryPrimitives.WriteUInt16BigEndian(memory.AsSpan(headers.PayloadOffset), (ushort)value);
            AnswerFrame.Complete(memory, headers, 2);
            ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(memory.AsSpan(headers.UdpOffset + 6));
            Assert.NotEqual(0, checksum);
            found += checksum == ushort.MaxValue ? 1 : 0;
        }

        Assert.InRange(found, 1, 2);
    }

    [Fact]
    public void Sum_AnyOctets_IsTheChecksumOfTheRfc() =>
        Prop.ForAll(
            Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf().ToArbitrary(),
            static octets => BinaryPrimitives.ReverseEndianness(InternetChecksum.Finish(InternetChecksum.Sum(octets, 0)))
                == Frames.Checksum(octets))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20_261_120, 5301));

    [Fact]
    public void Sum_LongRunOfOnes_CarriesAllTheWay()
    {
        byte[] octets = new byte[4001];
        octets.AsSpan().Fill(0xFF);
        Assert.Equal(
            Frames.Checksum(octets), BinaryPrimitives.ReverseEndianness(InternetChecksum.Finish(InternetChecksum.Sum(octets, 0))));
    }

    private static void AssertAddressesAndChecksums(ReadOnlySpan<byte> packet, bool isIPv4, int udpLength)
    {
        (int at, int octets, int header) = isIPv4 ? (12, 4, 20) : (8, 16, 40);
        ReadOnlySpan<byte> source = packet.Slice(at, octets);
        ReadOnlySpan<byte> destination = packet.Slice(at + octets, octets);
        Assert.Equal((isIPv4 ? Frames.ServerIPv4 : Frames.ServerIPv6).GetAddressBytes(), source);
        Assert.Equal((isIPv4 ? Frames.ClientIPv4 : Frames.ClientIPv6).GetAddressBytes(), destination);
        Assert.Equal(64, packet[isIPv4 ? 8 : 7]);
        if (isIPv4)
        {
            Assert.Equal(0, Frames.Checksum(packet[..20]));
        }

        // A sum over all, the checksum included, is all ones, of which the complement is 0.
        byte[] covered = [.. Frames.PseudoHeader(source, destination, udpLength), .. packet.Slice(header, udpLength)];
        Assert.Equal(0, Frames.Checksum(covered));
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 6)..]));
    }
}
