using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Zones;

/// <summary>
/// Encodes RRsets as templates. A name in RDATA that may be compressed and ends with the zone's apex is cut there and ends
/// in a pointer: every name answered from a zone has the apex as its suffix, so the apex is always in the message
/// already, usually in the question.
/// </summary>
internal static class RRsetEncoder
{
    /// <summary>Owner pointer, type, class, TTL and RDLENGTH.</summary>
    public const int RecordHeaderLength = 12;

    /// <summary>From the start of a record to its TTL.</summary>
    public const int TtlOffset = 6;

    /// <summary>From the start of a record to its RDLENGTH.</summary>
    public const int RdataLengthOffset = 10;

    /// <summary>A pointer to the question's name, right behind the header (RFC 1035 §4.1.4).</summary>
    public const ushort QNamePointer = 0xC00C;

    public static RRsetEntry Encode(
        RecordType type,
        uint ttlSeconds,
        IReadOnlyList<ReadOnlyMemory<byte>> rdatas,
        DomainName apex,
        OctetWriter octets,
        List<ushort> patches)
    {
        RRsetEntry entry = NewEntry(type, ttlSeconds);
        entry.RecordCount = (ushort)rdatas.Count;
        entry.WireOffset = octets.Length;
        entry.PatchStart = patches.Count;
        foreach (ReadOnlyMemory<byte> rdata in rdatas)
        {
            octets.AppendUInt16(QNamePointer);
            octets.AppendUInt16((ushort)type);
            octets.AppendUInt16((ushort)RecordClass.IN);
            octets.AppendUInt32(ttlSeconds);
            int lengthOffset = octets.Length;
            octets.AppendUInt16(0);
            EncodeRdata(type, rdata.Span, apex, octets, patches, entry.WireOffset);
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

    private static void EncodeRdata(
        RecordType type, ReadOnlySpan<byte> rdata, DomainName apex, OctetWriter octets, List<ushort> patches, int templateOffset)
    {
        int copied = 0;
        foreach (RdataName name in RdataLayouts.FindNames(type, rdata))
        {
            int kept = name.MayCompress ? LengthBeforeSuffix(rdata.Slice(name.Offset, name.Length), apex.Wire) : -1;
            // Patches are 16-bit offsets; a template longer than that keeps its last names whole.
            if (kept < 0 || octets.Length + rdata.Length - templateOffset > ushort.MaxValue)
            {
                continue;
            }
            octets.Append(rdata[copied..(name.Offset + kept)]);
            patches.Add((ushort)(octets.Length - templateOffset));
            octets.AppendUInt16(0xC000);
            copied = name.Offset + name.Length;
        }
        octets.Append(rdata[copied..]);
    }

    /// <summary>How many octets stand before a suffix, or −1 when the name does not end with it at a label boundary.</summary>
    private static int LengthBeforeSuffix(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix)
    {
        // A pointer to the root would be longer than the root itself.
        int surplus = name.Length - suffix.Length;
        if (suffix.Length == 1 || surplus < 0)
        {
            return -1;
        }
        int offset = 0;
        while (offset < surplus)
        {
            offset += name[offset] + 1;
        }
        Span<byte> folded = stackalloc byte[DomainName.MaxLength];
        WireNames.ToLower(name[surplus..], folded);
        return offset == surplus && folded[..suffix.Length].SequenceEqual(suffix) ? surplus : -1;
    }
}
