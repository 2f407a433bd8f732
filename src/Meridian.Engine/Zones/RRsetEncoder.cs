using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Encodes RRsets as templates. A name in RDATA that may be compressed ends in a pointer where a suffix of it stands in
/// the message already: at the zone's apex (which is a suffix of every name answered from the zone), at the owner's name,
/// or in an RDATA before it in the same RRset. Where those are is known only when the template is written, so the pointers
/// are placeholders that <see cref="RdataPointer"/> explains and a patch list finds.
/// </summary>
internal static class RRsetEncoder
{
    /// <summary>Owner pointer, type, class, TTL and RDLENGTH.</summary>
    public const int RecordHeaderLength = 12;

    /// <summary>From the start of a record to its class.</summary>
    public const int ClassOffset = 4;

    /// <summary>From the start of a record to its TTL.</summary>
    public const int TtlOffset = 6;

    /// <summary>From the start of a record to its RDLENGTH.</summary>
    public const int RdataLengthOffset = 10;

    /// <summary>A pointer to the question's name, right behind the header (RFC 1035 §4.1.4).</summary>
    public const ushort QNamePointer = 0xC00C;

    /// <summary>Encodes an RRset.</summary>
    /// <param name="rrset">Its type and its records, with names uncompressed.</param>
    /// <param name="ttlSeconds">Its TTL.</param>
    /// <param name="context">What names may point at.</param>
    /// <param name="octets">Receives the template.</param>
    /// <param name="patches">Receives where its pointers are.</param>
    public static RRsetEntry Encode(
        RRsetRow rrset,
        uint ttlSeconds,
        in CompressionContext context,
        OctetWriter octets,
        List<ushort> patches)
    {
        RecordType type = rrset.Type;
        RRsetEntry entry = NewEntry(type, ttlSeconds);
        entry.RecordCount = (ushort)rrset.RecordCount;
        entry.WireOffset = octets.Length;
        entry.PatchStart = patches.Count;
        RdataCompressor compressor = new(in context, octets, patches);
        foreach (ReadOnlySpan<byte> rdata in rrset.Records)
        {
            octets.AppendUInt16(QNamePointer);
            octets.AppendUInt16((ushort)type);
            octets.AppendUInt16((ushort)RecordClass.IN);
            octets.AppendUInt32(ttlSeconds);
            int lengthOffset = octets.Length;
            octets.AppendUInt16(0);
            compressor.Append(type, rdata);
            octets.PatchUInt16(lengthOffset, (ushort)(octets.Length - lengthOffset - sizeof(ushort)));
        }
        entry.WireLength = octets.Length - entry.WireOffset;
        entry.PatchCount = (ushort)(patches.Count - entry.PatchStart);
        return entry;
    }

    public static RRsetEntry NewEntry(RecordType type, uint ttlSeconds) => new()
    {
        Type = type,
        TtlSeconds = ttlSeconds,
        SteeredIndex = RRsetEntry.None,
        RotationSlot = RRsetEntry.None,
    };
}
