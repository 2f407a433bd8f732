using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>Presentation format of RDATA, per type, driven by the layout of each type.</summary>
public static class RdataText
{
    /// <summary>Scans the RDATA of one record, or RFC 3597's <c>\# length hex</c>, into uncompressed wire format.</summary>
    /// <param name="type">The record type.</param>
    /// <param name="text">The RDATA fields, separated by blanks.</param>
    /// <param name="origin">Completes relative names.</param>
    /// <param name="rdata">The RDATA, or empty.</param>
    /// <param name="error">What is wrong and what was expected, for people; null when all is well.</param>
    public static bool TryScan(RecordType type, ReadOnlySpan<char> text, DomainName? origin, out byte[] rdata, out string? error) =>
        throw new NotImplementedException();

    /// <summary>The RDATA as zone-file text that <see cref="TryScan"/> reads back to the same octets.</summary>
    public static string Format(RecordType type, ReadOnlySpan<byte> rdata) => throw new NotImplementedException();
}
