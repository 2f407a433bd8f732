using System.Buffers.Binary;
using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>Finds where each field of an RDATA ends, and whether it is well-formed; looks at nothing behind the RDATA.</summary>
internal static class RdataMeasure
{
    /// <summary>Octets of the field that begins the given rest of an RDATA, or -1 when it is not well-formed.</summary>
    internal static int Measure(RdataFieldKind kind, ReadOnlySpan<byte> rest) => kind switch
    {
        RdataFieldKind.CompressibleName or RdataFieldKind.Name => Name(rest),
        RdataFieldKind.NamesToEnd => NamesToEnd(rest),
        RdataFieldKind.U8 or RdataFieldKind.Algorithm => Fixed(rest, 1),
        RdataFieldKind.U16 or RdataFieldKind.TypeMnemonic or RdataFieldKind.CertificateType => Fixed(rest, 2),
        RdataFieldKind.U32 or RdataFieldKind.Seconds or RdataFieldKind.Timestamp or RdataFieldKind.IPv4 => Fixed(rest, 4),
        RdataFieldKind.Eui48 => Fixed(rest, 6),
        RdataFieldKind.Eui64 or RdataFieldKind.Locator64 => Fixed(rest, 8),
        RdataFieldKind.IPv6 => Fixed(rest, 16),
        RdataFieldKind.CharacterString or RdataFieldKind.HexWithLength => Prefixed(rest, 0),
        RdataFieldKind.OptionalCharacterString => rest.IsEmpty ? 0 : Prefixed(rest, 0),
        RdataFieldKind.CharacterStrings => CharacterStrings(rest),
        RdataFieldKind.CaaTag => CaaTag(rest),
        RdataFieldKind.Base32HexWithLength => Prefixed(rest, 1),
        RdataFieldKind.TextToEnd or RdataFieldKind.OptionalBase64ToEnd => rest.Length,
        RdataFieldKind.Base64ToEnd or RdataFieldKind.HexToEnd or RdataFieldKind.Nsap => rest.IsEmpty ? -1 : rest.Length,
        RdataFieldKind.TypeBitmap => TypeBitmapText.IsWellFormed(rest) ? rest.Length : -1,
        RdataFieldKind.NxtBitmap => TypeBitmapText.IsWellFormedNxt(rest) ? rest.Length : -1,
        RdataFieldKind.Loc => LocText.IsWellFormed(rest) ? LocText.Length : -1,
        RdataFieldKind.AddressPrefixes => AddressPrefixText.IsWellFormed(rest) ? rest.Length : -1,
        RdataFieldKind.ServiceParameters => ServiceParameterWire.IsWellFormed(rest) ? rest.Length : -1,
        RdataFieldKind.IpsecGateway => IpsecGatewayText.Measure(rest),
        RdataFieldKind.HostIdentity => HostIdentity(rest),
        RdataFieldKind.WellKnownServices => WellKnownServicesText.IsWellFormed(rest) ? rest.Length : -1,
        _ => -1,
    };

    /// <summary>Octets of the uncompressed name at the start, or -1.</summary>
    internal static int Name(ReadOnlySpan<byte> rest)
    {
        for (int offset = 0; offset < rest.Length && offset < DomainName.MaxLength;)
        {
            int labelLength = rest[offset];
            if (labelLength == 0)
            {
                return offset + 1;
            }
            if (labelLength > DomainName.MaxLabelLength)
            {
                return -1;
            }
            offset += labelLength + 1;
        }
        return -1;
    }

    private static int Fixed(ReadOnlySpan<byte> rest, int length) => rest.Length < length ? -1 : length;

    private static int Prefixed(ReadOnlySpan<byte> rest, int least) =>
        rest.IsEmpty || rest[0] < least || rest.Length - 1 < rest[0] ? -1 : rest[0] + 1;

    private static int NamesToEnd(ReadOnlySpan<byte> rest)
    {
        for (int offset = 0; offset < rest.Length;)
        {
            int length = Name(rest[offset..]);
            if (length < 0)
            {
                return -1;
            }
            offset += length;
        }
        return rest.Length;
    }

    private static int CharacterStrings(ReadOnlySpan<byte> rest)
    {
        int offset = 0;
        while (offset < rest.Length)
        {
            offset += rest[offset] + 1;
        }
        return offset == rest.Length && offset > 0 ? offset : -1;
    }

    private static int CaaTag(ReadOnlySpan<byte> rest)
    {
        int length = Prefixed(rest, 1);
        for (int i = 1; i < length; i++)
        {
            if (!char.IsAsciiLetterOrDigit((char)rest[i]))
            {
                return -1;
            }
        }
        return length;
    }

    private static int HostIdentity(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
        {
            return -1;
        }
        int hitLength = rest[0];
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        int length = 4 + hitLength + keyLength;
        return hitLength == 0 || keyLength == 0 || length > rest.Length ? -1 : length;
    }
}
