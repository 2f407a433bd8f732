using System.Buffers.Binary;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Tsig;

/// <summary>The TSIG record of a message (RFC 8945 §4.2).</summary>
public sealed record TsigRecord
{
    /// <summary>Octets of a time on the wire: 48 bits.</summary>
    internal const int TimeLength = 6;

    // TYPE, CLASS, TTL and RDLENGTH.
    private const int HeaderLength = 10;

    // From the end of the algorithm's name to the MAC: time, fudge, MAC size.
    private const int BeforeMacLength = TimeLength + 4;

    // Behind the MAC: original ID, error, other length.
    private const int BehindMacLength = 6;

    /// <summary>The owner: the name of the key.</summary>
    public required DomainName KeyName { get; init; }

    /// <summary>The algorithm as it is named on the wire; it need not be one that is known here.</summary>
    public required DomainName AlgorithmName { get; init; }

    /// <summary>Seconds since 1970 without leap seconds; 48 bits.</summary>
    public required long TimeSigned { get; init; }

    /// <summary>Seconds by which clocks may differ.</summary>
    public required ushort FudgeSeconds { get; init; }

    /// <summary>Empty in an answer that could not be signed.</summary>
    public ReadOnlyMemory<byte> Mac { get; init; }

    /// <summary>The ID that the message was signed with; a forwarder may have changed it since (RFC 8945 §5.5).</summary>
    public required ushort OriginalId { get; init; }

    public TsigError Error { get; init; }

    /// <summary>With BADTIME, the server's time in 48 bits (RFC 8945 §5.2.3).</summary>
    public ReadOnlyMemory<byte> OtherData { get; init; }

    /// <summary>Octets of the record on the wire.</summary>
    internal int Length => KeyName.Wire.Length + HeaderLength + AlgorithmName.Wire.Length + BeforeMacLength + Mac.Length
        + BehindMacLength + OtherData.Length;

    /// <summary>
    /// Reads the record at an offset, which must be the last of the message; null when it is not well-formed: another class than
    /// ANY, a TTL, or lengths that do not fit (RFC 8945 §4.2).
    /// </summary>
    public static TsigRecord? TryParse(ReadOnlySpan<byte> message, int offset)
    {
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        if (MessageNames.TryRead(message, ref offset, name, out int length) != MessageParseStatus.Ok
            || message.Length - offset < HeaderLength
            || DomainName.TryFromWire(name[..length], out DomainName? keyName) != DomainNameError.None
            || keyName is null)
        {
            return null;
        }
        ReadOnlySpan<byte> header = message.Slice(offset, HeaderLength);
        ReadOnlySpan<byte> rdata = message[(offset + HeaderLength)..];
        bool isTsig = BinaryPrimitives.ReadUInt16BigEndian(header) == (ushort)RecordType.TSIG
            && BinaryPrimitives.ReadUInt16BigEndian(header[2..]) == (ushort)RecordClass.ANY
            && BinaryPrimitives.ReadUInt32BigEndian(header[4..]) == 0
            && BinaryPrimitives.ReadUInt16BigEndian(header[8..]) == rdata.Length;
        return isTsig ? ParseData(keyName, rdata) : null;
    }

    /// <summary>Writes the record, <see cref="Length"/> octets.</summary>
    internal void Write(Span<byte> destination)
    {
        KeyName.Wire.CopyTo(destination);
        Span<byte> rest = destination[KeyName.Wire.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)RecordType.TSIG);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)RecordClass.ANY);
        BinaryPrimitives.WriteUInt32BigEndian(rest[4..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)(Length - KeyName.Wire.Length - HeaderLength));
        rest = rest[HeaderLength..];
        AlgorithmName.Wire.CopyTo(rest);
        rest = rest[AlgorithmName.Wire.Length..];
        WriteTime(rest, TimeSigned);
        BinaryPrimitives.WriteUInt16BigEndian(rest[TimeLength..], FudgeSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(TimeLength + 2)..], (ushort)Mac.Length);
        Mac.Span.CopyTo(rest[BeforeMacLength..]);
        rest = rest[(BeforeMacLength + Mac.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)Error);
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], (ushort)OtherData.Length);
        OtherData.Span.CopyTo(rest[BehindMacLength..]);
    }

    /// <summary>The lower 48 bits of a time.</summary>
    internal static void WriteTime(Span<byte> destination, long time)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(time >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)time);
    }

    private static TsigRecord? ParseData(DomainName keyName, ReadOnlySpan<byte> rdata)
    {
        // RFC 8945 §4.2: the algorithm's name is not compressed.
        if (DomainName.TryFromWire(rdata, out DomainName? algorithm) != DomainNameError.None || algorithm is null)
        {
            return null;
        }
        ReadOnlySpan<byte> rest = rdata[algorithm.Wire.Length..];
        if (rest.Length < BeforeMacLength + BehindMacLength)
        {
            return null;
        }
        int macLength = BinaryPrimitives.ReadUInt16BigEndian(rest[(TimeLength + 2)..]);
        int behindMac = BeforeMacLength + macLength;
        if (rest.Length < behindMac + BehindMacLength
            || rest.Length != behindMac + BehindMacLength + BinaryPrimitives.ReadUInt16BigEndian(rest[(behindMac + 4)..]))
        {
            return null;
        }
        return new TsigRecord
        {
            KeyName = keyName,
            AlgorithmName = algorithm,
            TimeSigned = (long)BinaryPrimitives.ReadUInt16BigEndian(rest) << 32 | BinaryPrimitives.ReadUInt32BigEndian(rest[2..]),
            FudgeSeconds = BinaryPrimitives.ReadUInt16BigEndian(rest[TimeLength..]),
            Mac = rest.Slice(BeforeMacLength, macLength).ToArray(),
            OriginalId = BinaryPrimitives.ReadUInt16BigEndian(rest[behindMac..]),
            Error = (TsigError)BinaryPrimitives.ReadUInt16BigEndian(rest[(behindMac + 2)..]),
            OtherData = rest[(behindMac + BehindMacLength)..].ToArray(),
        };
    }
}
