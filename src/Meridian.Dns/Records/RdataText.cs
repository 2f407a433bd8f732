using System.Buffers;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.ZoneFiles;

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
    public static bool TryScan(RecordType type, ReadOnlySpan<char> text, DomainName? origin, out byte[] rdata, out string? error)
    {
        rdata = [];
        ZoneTokenList tokens = new();
        ZoneTokenizer tokenizer = new(text, tokens);
        tokenizer.TryReadEntry();
        error = tokenizer.Error;
        if (error is not null)
        {
            return false;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
        try
        {
            RdataScanner scanner = new(
                text, tokens.Tokens, origin is null ? default : origin.Wire, buffer.AsSpan(0, ushort.MaxValue));
            if (!RdataFieldScanner.TryScan(ref scanner, type))
            {
                error = scanner.Error;
                return false;
            }
            if (tokenizer.TryReadEntry())
            {
                error = "the record data goes on after a line break; put the lines in parentheses";
                return false;
            }
            rdata = scanner.Rdata.ToArray();
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The RDATA as zone-file text that <see cref="TryScan"/> reads back to the same octets.</summary>
    public static string Format(RecordType type, ReadOnlySpan<byte> rdata)
    {
        StringBuilder text = new();
        RdataFormatter.Format(type, rdata, text);
        return text.ToString();
    }
}
