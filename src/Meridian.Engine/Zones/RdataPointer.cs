using System.Runtime.CompilerServices;

namespace Meridian.Engine.Zones;

/// <summary>
/// The placeholder of a compression pointer inside a template: its lower fourteen bits say what it stands for. An offset
/// from the template's start is at least as large as a record's header, so that the two small values are free.
/// </summary>
internal static class RdataPointer
{
    /// <summary>The two upper bits of a pointer (RFC 1035 §4.1.4).</summary>
    public const ushort Bits = 0xC000;

    /// <summary>Points at the zone's apex.</summary>
    public const ushort Apex = 0;

    /// <summary>Points at the owner of the RRset.</summary>
    public const ushort Owner = 1;

    /// <summary>
    /// The farthest target within a template. The longest chain of aliases in front of it, of the longest names, ends
    /// before octet 9,000, and 14 bits reach to 16,383.
    /// </summary>
    public const int MaxTemplateOffset = 7000;

    /// <summary>The pointer for a placeholder.</summary>
    /// <param name="placeholder">As it stands in the template.</param>
    /// <param name="start">Where the template's start came to stand in the message.</param>
    /// <param name="ownerOffset">Where the owner's name stands.</param>
    /// <param name="apexOffset">Where the apex stands.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Resolve(ushort placeholder, int start, int ownerOffset, int apexOffset)
    {
        int target = (placeholder & ~Bits) switch
        {
            Apex => apexOffset,
            Owner => ownerOffset,
            int offset => start + offset,
        };
        return (ushort)(Bits | target);
    }
}
