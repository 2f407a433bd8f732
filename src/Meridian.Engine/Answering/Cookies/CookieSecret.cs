using System.Buffers.Binary;

namespace Meridian.Engine.Answering.Cookies;

/// <summary>
/// The 128-bit secret that server cookies are made with (RFC 9018 §4.4). Servers that answer under one address share it.
/// </summary>
public readonly record struct CookieSecret
{
    /// <summary>Octets of a secret.</summary>
    public const int Length = 16;

    private CookieSecret(ulong first, ulong second)
    {
        First = first;
        Second = second;
    }

    internal ulong First { get; }

    internal ulong Second { get; }

    /// <summary>Takes a secret of <see cref="Length"/> octets; false for any other length.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> octets, out CookieSecret secret)
    {
        secret = octets.Length == Length
            ? new CookieSecret(
                BinaryPrimitives.ReadUInt64LittleEndian(octets), BinaryPrimitives.ReadUInt64LittleEndian(octets[sizeof(ulong)..]))
            : default;
        return octets.Length == Length;
    }

    /// <summary>Tells nothing: secrets get into logs by being printed.</summary>
    public override string ToString() => "(secret)";
}
