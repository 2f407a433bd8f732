using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Meridian.Control.ChangeLog;

/// <summary>256 bits, written as 64 lower-case hexadecimal digits.</summary>
public readonly record struct ContentHash
{
    /// <summary>Octets.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <param name="octets"><see cref="Length"/> of them.</param>
    public ContentHash(ReadOnlySpan<byte> octets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(octets.Length, Length);
        _a = BinaryPrimitives.ReadUInt64BigEndian(octets);
        _b = BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(octets[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(octets[24..]);
    }

    private ContentHash(ulong a, ulong b, ulong c, ulong d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    /// <param name="destination">At least <see cref="Length"/> octets.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        byte[] octets = new byte[Length];
        CopyTo(octets);
        return octets;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContentHash hash)
    {
        hash = default;
        Span<byte> octets = stackalloc byte[Length];
        if (text is not { Length: Length * 2 }
            || Convert.FromHexString(text, octets, out _, out int written) != System.Buffers.OperationStatus.Done
            || written != Length)
        {
            return false;
        }
        hash = new ContentHash(octets);
        return true;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Lane-wise sum: the order in which documents are added does not matter, and each can be taken away again.</summary>
    internal ContentHash Plus(in ContentHash other) =>
        unchecked(new ContentHash(_a + other._a, _b + other._b, _c + other._c, _d + other._d));

    /// <summary>Undoes <see cref="Plus"/>.</summary>
    internal ContentHash Minus(in ContentHash other) =>
        unchecked(new ContentHash(_a - other._a, _b - other._b, _c - other._c, _d - other._d));
}
