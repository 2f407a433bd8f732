using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>What stands between a record's owner and its data: TTL and class in either order, both optional, and the type.</summary>
internal ref struct ZoneRecordHeader
{
    public uint? TtlSeconds { get; private set; }

    public RecordType Type { get; private set; }

    /// <summary>Scans the header; reports and returns false when it is not one.</summary>
    /// <param name="scan">Takes reports.</param>
    /// <param name="text">What the tokens point into.</param>
    /// <param name="tokens">All tokens of the entry.</param>
    /// <param name="next">The first token of the header; moved to the first of the record data.</param>
    public bool TryScan(ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens, ref int next)
    {
        bool isClassSeen = false;
        for (; next < tokens.Length; next++)
        {
            ReadOnlySpan<char> token = tokens[next].In(text);
            if (token.Length > 0 && char.IsAsciiDigit(token[0]))
            {
                // No type or class begins with a digit.
                if (TtlSeconds is not null)
                {
                    return Fail(scan, tokens[next], $"'{token}': the TTL is already given; expected a class or a type");
                }
                if (!NumberText.TryScanSeconds(token, int.MaxValue, out uint seconds))
                {
                    return Fail(scan, tokens[next], $"'{token}' is not a TTL: seconds from 0 to 2147483647, or a duration such as 1h30m");
                }
                TtlSeconds = seconds;
            }
            else if (!isClassSeen && IsClass(token, out bool isInternet))
            {
                if (!isInternet)
                {
                    return Fail(scan, tokens[next], $"class '{token}' is not served; the only class is IN");
                }
                isClassSeen = true;
            }
            else
            {
                return TryScanType(scan, tokens[next++], token);
            }
        }
        return Fail(scan, tokens[^1], "the record has no type; expected one such as A, AAAA or CNAME");
    }

    private bool TryScanType(ZoneFileScan scan, in ZoneToken token, ReadOnlySpan<char> mnemonic)
    {
        if (!RecordTypes.TryParse(mnemonic, out RecordType type))
        {
            string? nearest = RecordTypes.NearestMnemonic(mnemonic);
            return Fail(scan, token, $"'{mnemonic}' is not a record type; "
                + (nearest is null ? "expected one such as A, AAAA or TYPE65280" : $"did you mean {nearest}?"));
        }
        if (type == RecordType.None || type.IsMetaOrQueryType())
        {
            return Fail(scan, token, $"{type.ToMnemonic()} cannot be in a zone: it is a type for questions and messages only");
        }
        Type = type;
        return true;
    }

    private static bool IsClass(ReadOnlySpan<char> token, out bool isInternet)
    {
        if (token.Length != 2 && !token.StartsWith("CLASS", StringComparison.OrdinalIgnoreCase))
        {
            isInternet = false;
            return false; // Nearly every token is a type.
        }
        isInternet = token.Equals("IN", StringComparison.OrdinalIgnoreCase) || token.Equals("CLASS1", StringComparison.OrdinalIgnoreCase);
        return isInternet
            || token.Equals("CH", StringComparison.OrdinalIgnoreCase)
            || token.Equals("HS", StringComparison.OrdinalIgnoreCase)
            || token.Equals("CS", StringComparison.OrdinalIgnoreCase)
            || (token.StartsWith("CLASS", StringComparison.OrdinalIgnoreCase) && NumberText.TryScan(token[5..], ushort.MaxValue, out _));
    }

    private static bool Fail(ZoneFileScan scan, in ZoneToken token, string message)
    {
        scan.Report(token, message);
        return false;
    }
}
