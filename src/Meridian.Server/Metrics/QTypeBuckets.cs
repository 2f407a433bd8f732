using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Meridian.Server.Metrics;

/// <summary>
/// Sorts queries by QTYPE into few counters: the types that carry practically all traffic, one for the rest, and one
/// for messages in which there is no question to read.
/// </summary>
internal static class QTypeBuckets
{
    public const int Other = 0;
    public const int Malformed = 1;

    private const int HeaderLength = 12;
    private const int MaxNameLength = 255;

    /// <summary>The names of the buckets, by number: the metric's `type`.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "other", "malformed", "A", "NS", "CNAME", "SOA", "PTR", "MX", "TXT", "AAAA", "SRV", "DS", "DNSKEY", "SVCB",
        "HTTPS", "ANY", "CAA", "AXFR", "IXFR",
    ];

    public static int Count => Names.Length;

    /// <summary>The bucket of a query. Never throws and never reads past the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(ReadOnlySpan<byte> query)
    {
        if (query.Length < HeaderLength || query[5] == 0)
        {
            // QDCOUNT is 0, or above 255, which is no query either.
            return Malformed;
        }

        int offset = HeaderLength;
        while ((uint)offset < (uint)query.Length && query[offset] is > 0 and < 64)
        {
            // RFC 1035 §3.1: labels of 1 to 63 octets, each after its length. A QNAME has no pointer to follow.
            offset += query[offset] + 1;
        }

        bool hasType = offset + 2 < query.Length && query[offset] == 0 && offset - HeaderLength < MaxNameLength;
        return hasType ? OfType((query[offset + 1] << 8) | query[offset + 2]) : Malformed;
    }

    private static int OfType(int type) => type switch
    {
        1 => 2,
        28 => 9,
        65 => 14,
        2 => 3,
        5 => 4,
        6 => 5,
        12 => 6,
        15 => 7,
        16 => 8,
        33 => 10,
        43 => 11,
        48 => 12,
        64 => 13,
        255 => 15,
        257 => 16,
        252 => 17,
        251 => 18,
        _ => Other,
    };
}
