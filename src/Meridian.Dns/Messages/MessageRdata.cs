using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>RDATA as it stands in messages, where names may be compressed.</summary>
internal static class MessageRdata
{
    /// <summary>The RDATA with its names written out; null when it is not well-formed for its type.</summary>
    internal static byte[]? Decompress(ReadOnlySpan<byte> message, int offset, int length, RecordType type)
    {
        ReadOnlySpan<byte> rdata = message.Slice(offset, length);
        if (RdataLayouts.FieldsOf(type) is not { } fields || RdataLayouts.IsWellFormed(type, rdata))
        {
            return rdata.ToArray();
        }
        int end = offset + length;
        List<byte> result = new(length);
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        foreach (RdataField field in fields)
        {
            if (MayBeCompressed(field.Kind, type))
            {
                // Cut off at the end of the RDATA: the name may point back, but its own octets must be inside.
                if (MessageNames.TryRead(message[..end], ref offset, name, out int nameLength) != MessageParseStatus.Ok)
                {
                    return null;
                }
                result.AddRange(name[..nameLength]);
                continue;
            }
            int fieldLength = RdataMeasure.Measure(field.Kind, message[offset..end]);
            if (fieldLength < 0)
            {
                return null;
            }
            result.AddRange(message.Slice(offset, fieldLength));
            offset += fieldLength;
        }
        return offset == end && result.Count <= ushort.MaxValue ? [.. result] : null;
    }

    // RFC 3597 §4: the types of RFC 1035, and those older ones that must still be read although nobody writes them so.
    private static bool MayBeCompressed(RdataFieldKind kind, RecordType type) => kind == RdataFieldKind.CompressibleName
        || (kind == RdataFieldKind.Name && type is RecordType.RP or RecordType.AFSDB or RecordType.RT or RecordType.SIG
            or RecordType.PX or RecordType.NXT or RecordType.NAPTR or RecordType.SRV);
}
