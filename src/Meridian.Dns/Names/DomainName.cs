using System.Buffers.Binary;
using System.Text;

namespace Meridian.Dns.Names;

/// <summary>
/// An absolute domain name in canonical form: uncompressed wire format with ASCII letters in lower case
/// (RFC 4034 §6.2). At most 255 octets and 127 labels plus the root (RFC 1035 §2.3.4).
/// Immutable; compared by content. For control code: the data plane works on spans.
/// </summary>
public sealed class DomainName : IEquatable<DomainName>, IComparable<DomainName>
{
    /// <summary>The longest name on the wire, with its length octets and the root label (RFC 1035 §2.3.4).</summary>
    public const int MaxLength = 255;

    /// <summary>The longest label (RFC 1035 §2.3.4).</summary>
    public const int MaxLabelLength = 63;

    // Another one in each process: who writes zones cannot make names that fall into one place of our tables.
    private static readonly ulong Seed = ((ulong)(uint)HashCode.Combine(1) << 32) | (uint)HashCode.Combine(2);

    private readonly byte[] _wire;

    private DomainName(byte[] canonicalWire) => _wire = canonicalWire;

    /// <summary>The root of the domain name space, one zero octet.</summary>
    public static DomainName Root { get; } = new([0]);

    /// <summary>The name on the wire, uncompressed and in lower case.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>Labels without the root: 0 for the root, 2 for <c>example.com.</c>.</summary>
    public int LabelCount
    {
        get
        {
            int count = 0;
            for (int offset = 0; _wire[offset] != 0; offset += _wire[offset] + 1)
            {
                count++;
            }
            return count;
        }
    }

    public bool IsRoot => _wire.Length == 1;

    /// <summary>Whether the leftmost label is the single octet <c>*</c> (RFC 4592 §2.1.1).</summary>
    public bool IsWildcard => _wire.Length > 2 && _wire[0] == 1 && _wire[1] == (byte)'*';

    /// <summary>The name without its leftmost label, or null for the root.</summary>
    public DomainName? Parent => IsRoot ? null : new DomainName(_wire[(_wire[0] + 1)..]);

    /// <summary>Reads a name in presentation format; throws <see cref="FormatException"/> when it is not one.</summary>
    /// <param name="text">Relative names are completed with <paramref name="origin"/>, or with the root without one.</param>
    /// <param name="origin">What <c>@</c> and relative names stand under.</param>
    public static DomainName Parse(ReadOnlySpan<char> text, DomainName? origin = null)
    {
        DomainNameError error = TryParse(text, origin ?? Root, out DomainName? name);
        return name ?? throw new FormatException($"'{text}': {error.Describe()}");
    }

    /// <summary>
    /// Reads a name in presentation format (RFC 1035 §5.1): <c>\X</c> and <c>\DDD</c> escapes, <c>@</c> for the
    /// origin, a name without a final dot completed with the origin.
    /// </summary>
    /// <returns><see cref="DomainNameError.None"/> and a name, or the error and null.</returns>
    public static DomainNameError TryParse(ReadOnlySpan<char> text, DomainName? origin, out DomainName? name)
    {
        Span<byte> wire = stackalloc byte[MaxLength];
        DomainNameError error = DomainNameText.TryScan(text, origin is null ? default : origin.Wire, wire, out int length);
        if (error != DomainNameError.None)
        {
            name = null;
            return error;
        }
        return TryFromWire(wire[..length], out name);
    }

    /// <summary>Takes a whole, uncompressed name; letters are folded to lower case.</summary>
    public static DomainNameError TryFromWire(ReadOnlySpan<byte> wire, out DomainName? name)
    {
        name = null;
        int offset = 0;
        while (true)
        {
            if (offset >= wire.Length)
            {
                return DomainNameError.Truncated;
            }
            int labelLength = wire[offset];
            if (labelLength > MaxLabelLength)
            {
                return labelLength >= 0xC0 ? DomainNameError.CompressionPointer : DomainNameError.LabelTooLong;
            }
            offset += labelLength + 1;
            if (offset > MaxLength)
            {
                return DomainNameError.NameTooLong;
            }
            if (labelLength == 0)
            {
                break;
            }
        }
        byte[] canonical = wire[..offset].ToArray();
        WireNames.ToLowerInPlace(canonical);
        name = offset == 1 ? Root : new DomainName(canonical);
        return DomainNameError.None;
    }

    /// <summary>Whether this name is <paramref name="ancestor"/> or below it (RFC 9499 §7).</summary>
    public bool IsSubdomainOf(DomainName ancestor)
    {
        int surplus = _wire.Length - ancestor._wire.Length;
        if (surplus < 0 || !_wire.AsSpan(surplus).SequenceEqual(ancestor._wire))
        {
            return false;
        }
        // The bytes match; the match must also begin at a label boundary.
        int offset = 0;
        while (offset < surplus)
        {
            offset += _wire[offset] + 1;
        }
        return offset == surplus;
    }

    /// <summary>Puts one label in front; null when the result would be too long or the label is not valid.</summary>
    public DomainName? TryPrepend(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > MaxLabelLength || _wire.Length + label.Length + 1 > MaxLength)
        {
            return null;
        }
        byte[] wire = new byte[_wire.Length + label.Length + 1];
        wire[0] = (byte)label.Length;
        label.CopyTo(wire.AsSpan(1));
        _wire.CopyTo(wire, label.Length + 1);
        WireNames.ToLowerInPlace(wire);
        return new DomainName(wire);
    }

    /// <summary>Canonical order of names (RFC 4034 §6.1): by label from the right, octet by octet.</summary>
    public int CompareTo(DomainName? other) => other is null ? 1 : WireNames.CompareCanonical(_wire, other._wire);

    public bool Equals(DomainName? other) => other is not null && _wire.AsSpan().SequenceEqual(other._wire);

    public override bool Equals(object? obj) => Equals(obj as DomainName);

    /// <summary>Whether this name is one label below another.</summary>
    public bool IsChildOf(DomainName parent) =>
        !IsRoot && _wire.Length - _wire[0] - 1 == parent._wire.Length && _wire.AsSpan(_wire[0] + 1).SequenceEqual(parent._wire);

    public override int GetHashCode()
    {
        ulong hash = Seed;
        ReadOnlySpan<byte> rest = _wire;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }
        Span<byte> tail = stackalloc byte[sizeof(ulong)];
        tail.Clear();
        rest.CopyTo(tail);
        hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(tail));
        return (int)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong hash, ulong octets)
    {
        ulong high = Math.BigMul(hash ^ octets, 0x9E3779B97F4A7C15, out ulong low);
        return high ^ low ^ hash;
    }

    /// <summary>The absolute name in presentation format, with its final dot.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        DomainNameText.Format(_wire, text);
        return text.ToString();
    }

    public static bool operator ==(DomainName? left, DomainName? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(DomainName? left, DomainName? right) => !(left == right);

    public static bool operator <(DomainName left, DomainName right) => left.CompareTo(right) < 0;

    public static bool operator >(DomainName left, DomainName right) => left.CompareTo(right) > 0;

    public static bool operator <=(DomainName left, DomainName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DomainName left, DomainName right) => left.CompareTo(right) >= 0;
}
