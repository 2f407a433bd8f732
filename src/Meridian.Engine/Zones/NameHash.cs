using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Zones;

/// <summary>
/// Hash of a lower-case wire name. Not keyed: only configured names are ever inserted, so a client cannot build
/// collisions into a table; it can only ask for names that miss.
/// </summary>
internal static class NameHash
{
    // Odd constants with well-spread bits: the fractional parts of the golden ratio and of the square root of 3.
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong RootOfThree = 0xBB67AE8584CAA73B;

    public static ulong Compute(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length * Golden;
        while (name.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name));
            name = name[sizeof(ulong)..];
        }
        if (name.Length >= sizeof(uint))
        {
            // Two reads that overlap cover 4 to 7 octets; the length was mixed in at the start.
            ulong tail = BinaryPrimitives.ReadUInt32LittleEndian(name)
                | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]) << 32);
            hash = Fold(hash ^ tail);
        }
        else if (name.Length > 0)
        {
            uint tail = name[0] | ((uint)name[name.Length >> 1] << 8) | ((uint)name[^1] << 16);
            hash = Fold(hash ^ tail);
        }
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong value)
    {
        ulong high = Math.BigMul(value ^ Golden, RootOfThree, out ulong low);
        return high ^ low;
    }
}
