using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>Formats RDATA, field by field along the layout of its type.</summary>
internal static class RdataFormatter
{
    /// <summary>Appends the RDATA; one that is not well-formed, or of a type without layout, as RFC 3597 has it.</summary>
    internal static void Format(RecordType type, ReadOnlySpan<byte> rdata, StringBuilder text)
    {
        if (RdataLayouts.FieldsOf(type) is not { } fields || !RdataLayouts.IsWellFormed(type, rdata))
        {
            FormatGeneric(rdata, text);
            return;
        }
        int start = text.Length;
        int offset = 0;
        foreach (RdataField field in fields)
        {
            int length = RdataMeasure.Measure(field.Kind, rdata[offset..]);
            // No octets are no text, but for a string, which is written "".
            if (text.Length > start && (length > 0 || field.Kind == RdataFieldKind.TextToEnd))
            {
                text.Append(' ');
            }
            FormatField(field.Kind, rdata.Slice(offset, length), text);
            offset += length;
        }
    }

    /// <summary>Appends a blank unless the text ends with one: lists use it between and before their items.</summary>
    internal static StringBuilder AppendBlank(StringBuilder text) =>
        text.Length == 0 || text[^1] is ' ' or '\t' ? text : text.Append(' ');

    private static void FormatGeneric(ReadOnlySpan<byte> rdata, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\\# {rdata.Length}");
        if (!rdata.IsEmpty)
        {
            EncodedText.FormatHex(rdata, text.Append(' '));
        }
    }

    private static void FormatField(RdataFieldKind kind, ReadOnlySpan<byte> field, StringBuilder text)
    {
        switch (kind)
        {
            case RdataFieldKind.CompressibleName or RdataFieldKind.Name:
                DomainNameText.Format(field, text);
                break;
            case RdataFieldKind.NamesToEnd:
                for (int offset = 0; offset < field.Length; offset += RdataMeasure.Name(field[offset..]))
                {
                    DomainNameText.Format(field[offset..], AppendBlank(text));
                }
                break;
            case RdataFieldKind.U8 or RdataFieldKind.Algorithm:
                text.Append(CultureInfo.InvariantCulture, $"{field[0]}");
                break;
            case RdataFieldKind.U16 or RdataFieldKind.CertificateType:
                text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(field)}");
                break;
            case RdataFieldKind.U32 or RdataFieldKind.Seconds:
                text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32BigEndian(field)}");
                break;
            case RdataFieldKind.Timestamp:
                NumberText.FormatTimestamp(BinaryPrimitives.ReadUInt32BigEndian(field), text);
                break;
            case RdataFieldKind.TypeMnemonic:
                text.Append(((RecordType)BinaryPrimitives.ReadUInt16BigEndian(field)).ToMnemonic());
                break;
            case RdataFieldKind.IPv4:
                AddressText.FormatIPv4(field, text);
                break;
            case RdataFieldKind.IPv6:
                AddressText.FormatIPv6(field, text);
                break;
            case RdataFieldKind.TextToEnd:
                OctetText.FormatQuoted(field, text);
                break;
            case RdataFieldKind.CharacterString or RdataFieldKind.OptionalCharacterString or RdataFieldKind.CharacterStrings:
                for (int offset = 0; offset < field.Length; offset += field[offset] + 1)
                {
                    OctetText.FormatQuoted(field.Slice(offset + 1, field[offset]), AppendBlank(text));
                }
                break;
            case RdataFieldKind.CaaTag:
                text.Append(Encoding.ASCII.GetString(field[1..]));
                break;
            default:
                FormatSpecial(kind, field, text);
                break;
        }
    }

    private static void FormatSpecial(RdataFieldKind kind, ReadOnlySpan<byte> field, StringBuilder text)
    {
        switch (kind)
        {
            case RdataFieldKind.Base64ToEnd or RdataFieldKind.OptionalBase64ToEnd:
                text.Append(Convert.ToBase64String(field));
                break;
            case RdataFieldKind.HexToEnd:
                EncodedText.FormatHex(field, text);
                break;
            case RdataFieldKind.Nsap:
                EncodedText.FormatHex(field, text.Append("0x"));
                break;
            case RdataFieldKind.HexWithLength when field[0] == 0:
                text.Append('-');
                break;
            case RdataFieldKind.HexWithLength:
                EncodedText.FormatHex(field[1..], text);
                break;
            case RdataFieldKind.Base32HexWithLength:
                EncodedText.FormatBase32Hex(field[1..], text);
                break;
            case RdataFieldKind.TypeBitmap:
                TypeBitmapText.Format(field, text);
                break;
            case RdataFieldKind.NxtBitmap:
                TypeBitmapText.FormatNxt(field, text);
                break;
            case RdataFieldKind.Eui48 or RdataFieldKind.Eui64:
                for (int i = 0; i < field.Length; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "-" : "")}{field[i]:x2}");
                }
                break;
            case RdataFieldKind.Locator64:
                for (int i = 0; i < field.Length; i += 2)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ":" : "")}{field[i]:x2}{field[i + 1]:x2}");
                }
                break;
            case RdataFieldKind.Loc:
                LocText.Format(field, text);
                break;
            case RdataFieldKind.AddressPrefixes:
                AddressPrefixText.Format(field, text);
                break;
            case RdataFieldKind.ServiceParameters:
                ServiceParameterText.Format(field, text);
                break;
            case RdataFieldKind.IpsecGateway:
                IpsecGatewayText.Format(field, text);
                break;
            case RdataFieldKind.HostIdentity:
                HostIdentityText.Format(field, text);
                break;
            case RdataFieldKind.WellKnownServices:
                WellKnownServicesText.Format(field, text);
                break;
        }
    }
}
