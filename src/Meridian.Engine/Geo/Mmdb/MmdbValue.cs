using System.Buffers.Binary;
using System.Text;

namespace Meridian.Engine.Geo.Mmdb;

/// <summary>The types of the format's data section, with its numbers.</summary>
internal enum MmdbType : byte
{
    Extended = 0,
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    Container = 12,
    EndMarker = 13,
    Boolean = 14,
    Float = 15,
}

/// <summary>One value of the data section, where it lies in the file.</summary>
internal readonly ref struct MmdbValue
{
    /// <summary>What it is; never a pointer, because those have been followed.</summary>
    public MmdbType Type { get; init; }

    /// <summary>Entries of a map or an array; zero for anything else.</summary>
    public int Count { get; init; }

    /// <summary>Where the first entry of a map or an array starts, in octets from the start of the section.</summary>
    public int ContentOffset { get; init; }

    /// <summary>The octets of a scalar.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The text in UTF-8; empty for anything but text.</summary>
    public ReadOnlySpan<byte> Utf8 => Type == MmdbType.Text ? Payload : default;

    /// <summary>The text as a string; invalid UTF-8 becomes replacement characters, as this is only shown.</summary>
    public string Text => Encoding.UTF8.GetString(Utf8);

    /// <summary>Reads an unsigned integer of any width up to 64 bits.</summary>
    public bool TryGetUnsigned(out ulong number)
    {
        number = 0;
        if (Type is not (MmdbType.UInt16 or MmdbType.UInt32 or MmdbType.UInt64))
        {
            return false;
        }
        foreach (byte octet in Payload)
        {
            number = (number << 8) | octet;
        }
        return true;
    }

    /// <summary>Reads a finite floating-point number.</summary>
    public bool TryGetReal(out double number)
    {
        number = Type switch
        {
            MmdbType.Double => BinaryPrimitives.ReadDoubleBigEndian(Payload),
            MmdbType.Float => BinaryPrimitives.ReadSingleBigEndian(Payload),
            _ => double.NaN,
        };
        return double.IsFinite(number);
    }
}
