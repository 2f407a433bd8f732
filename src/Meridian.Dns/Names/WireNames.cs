using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Meridian.Dns.Names;

/// <summary>Operations on uncompressed names in wire format. All of them allocate nothing.</summary>
public static class WireNames
{
    /// <summary>Labels of the longest name without the root: 255 octets, two for each and one for the root; a round number above that.</summary>
    public const int MaxLabels = 128;

    /// <summary>
    /// Folds ASCII letters to lower case. Works on the whole name at once: a length octet is at most 63,
    /// below 'A' (65), so it is never changed.
    /// </summary>
    public static void ToLowerInPlace(Span<byte> wire) => ToLower(wire, wire);

    /// <summary>Writes <paramref name="source"/> in lower case to <paramref name="destination"/>, which may be the same memory.</summary>
    public static void ToLower(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated && source.Length >= Vector128<byte>.Count)
        {
            // Half of what a core can do at once, because most names have 16 to 31 octets: they take two steps of this.
            ref byte from = ref MemoryMarshal.GetReference(source);
            ref byte to = ref MemoryMarshal.GetReference(destination[..source.Length]);
            for (; i + Vector128<byte>.Count <= source.Length; i += Vector128<byte>.Count)
            {
                ToLower(ref from, ref to, i);
            }
            // The rest overlaps what is done, in place too: lower case stays as it is.
            ToLower(ref from, ref to, source.Length - Vector128<byte>.Count);
            return;
        }
        for (; i < source.Length; i++)
        {
            byte octet = source[i];
            destination[i] = (uint)(octet - 'A') < 26 ? (byte)(octet | 0x20) : octet;
        }
    }

    /// <summary>Canonical order (RFC 4034 §6.1) of two lower-case names.</summary>
    public static int CompareCanonical(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> leftOffsets = stackalloc byte[128];
        Span<byte> rightOffsets = stackalloc byte[128];
        int leftLabels = LabelOffsets(left, leftOffsets);
        int rightLabels = LabelOffsets(right, rightOffsets);
        for (int i = 1; i <= Math.Min(leftLabels, rightLabels); i++)
        {
            int order = Label(left, leftOffsets[leftLabels - i]).SequenceCompareTo(Label(right, rightOffsets[rightLabels - i]));
            if (order != 0)
            {
                return order;
            }
        }
        return leftLabels - rightLabels;
    }

    /// <summary>
    /// The beginning of a name's place in canonical order (RFC 4034 §6.1), as a number: of two names under one apex, the
    /// one with the lesser number comes first; equal numbers say nothing.
    /// </summary>
    /// <param name="name">A lower-case wire name at or below the apex.</param>
    /// <param name="apexLength">Octets of the apex, whose labels are left out.</param>
    public static UInt128 CanonicalPrefix(ReadOnlySpan<byte> name, int apexLength)
    {
        const int Octets = 16;
        Span<byte> offsets = stackalloc byte[128];
        Span<byte> prefix = stackalloc byte[Octets + 2];
        prefix.Clear();
        int labels = LabelOffsets(name, offsets);
        int length = 0;
        for (int i = labels - 1; i >= 0 && length < Octets; i--)
        {
            if (offsets[i] >= name.Length - apexLength)
            {
                continue;
            }
            foreach (byte octet in Label(name, offsets[i]))
            {
                if (length >= Octets)
                {
                    break;
                }
                // 0 ends a label, so that a label comes before those that it begins; what could be taken for it is escaped.
                if (octet <= 1)
                {
                    prefix[length++] = 1;
                    prefix[length++] = (byte)(octet + 1);
                }
                else
                {
                    prefix[length++] = octet;
                }
            }
            length++;
        }
        return BinaryPrimitives.ReadUInt128BigEndian(prefix);
    }

    /// <summary>Fills in where each label begins, left to right, without the root.</summary>
    /// <returns>The number of labels.</returns>
    public static int LabelOffsets(ReadOnlySpan<byte> wire, Span<byte> offsets)
    {
        int count = 0;
        for (int offset = 0; wire[offset] != 0; offset += wire[offset] + 1)
        {
            offsets[count++] = (byte)offset;
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToLower(ref byte from, ref byte to, int offset)
    {
        Vector128<byte> octets = Vector128.LoadUnsafe(ref from, (nuint)offset);
        Vector128<byte> distance = octets - Vector128.Create((byte)'A');
        Vector128<byte> isUpper = Vector128.LessThan(distance, Vector128.Create((byte)26));
        (octets | (isUpper & Vector128.Create((byte)0x20))).StoreUnsafe(ref to, (nuint)offset);
    }

    /// <summary>Labels without the root.</summary>
    public static int CountLabels(ReadOnlySpan<byte> wire)
    {
        int count = 0;
        for (int offset = 0; wire[offset] != 0; offset += wire[offset] + 1)
        {
            count++;
        }
        return count;
    }

    /// <summary>Labels that two lower-case names have in common at their ends, without the root.</summary>
    public static int CountCommonLabels(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> leftOffsets = stackalloc byte[MaxLabels];
        Span<byte> rightOffsets = stackalloc byte[MaxLabels];
        int leftLabels = LabelOffsets(left, leftOffsets);
        int rightLabels = LabelOffsets(right, rightOffsets);
        int common = 0;
        while (common < Math.Min(leftLabels, rightLabels)
            && Label(left, leftOffsets[leftLabels - common - 1]).SequenceEqual(Label(right, rightOffsets[rightLabels - common - 1])))
        {
            common++;
        }
        return common;
    }

    private static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> wire, int offset) => wire.Slice(offset + 1, wire[offset]);
}
