using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>The control entries of a master file: $ORIGIN and $INCLUDE (RFC 1035 §5.1), $TTL (RFC 2308 §4), $GENERATE (BIND).</summary>
internal static class ZoneDirectives
{
    public static void Scan(
        ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens, bool beginsWithBlank, int depth)
    {
        ReadOnlySpan<char> directive = tokens[0].In(text);
        if (beginsWithBlank)
        {
            scan.Report(tokens[0], $"{directive} must begin its line: a blank before it means a record without owner");
        }
        else if (directive.Equals("$ORIGIN", StringComparison.OrdinalIgnoreCase))
        {
            ScanOrigin(scan, text, tokens);
        }
        else if (directive.Equals("$TTL", StringComparison.OrdinalIgnoreCase))
        {
            ScanTtl(scan, text, tokens);
        }
        else if (directive.Equals("$INCLUDE", StringComparison.OrdinalIgnoreCase))
        {
            ScanInclude(scan, text, tokens, depth);
        }
        else if (directive.Equals("$GENERATE", StringComparison.OrdinalIgnoreCase))
        {
            ZoneGenerator.Scan(scan, text, tokens);
        }
        else
        {
            scan.Report(tokens[0], $"'{directive}' is not a directive; expected $ORIGIN, $TTL, $INCLUDE or $GENERATE");
        }
    }

    private static void ScanOrigin(ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens)
    {
        if (HasCount(scan, tokens, 2, 2, "$ORIGIN name") && TryScanName(scan, text, tokens[1], out DomainName? origin))
        {
            scan.Origin = origin!; // Set whenever the name is valid.
        }
    }

    private static void ScanTtl(ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens)
    {
        if (!HasCount(scan, tokens, 2, 2, "$TTL seconds"))
        {
            return;
        }
        ReadOnlySpan<char> token = tokens[1].In(text);
        if (NumberText.TryScanSeconds(token, int.MaxValue, out uint seconds))
        {
            scan.Ttls.Directive = seconds;
        }
        else
        {
            scan.Report(tokens[1], $"'{token}' is not a TTL: seconds from 0 to 2147483647, or a duration such as 1h30m");
        }
    }

    private static void ScanInclude(ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens, int depth)
    {
        DomainName? origin = scan.Origin;
        if (HasCount(scan, tokens, 2, 3, "$INCLUDE file [origin]")
            && (tokens.Length < 3 || TryScanName(scan, text, tokens[2], out origin)))
        {
            scan.Include(tokens[1].In(text).ToString(), origin!, tokens[1], depth); // Set whenever the name is valid.
        }
    }

    private static bool TryScanName(ZoneFileScan scan, ReadOnlySpan<char> text, in ZoneToken token, out DomainName? name)
    {
        DomainNameError error = DomainName.TryParse(token.In(text), scan.Origin, out name);
        if (error != DomainNameError.None)
        {
            scan.Report(token, $"origin '{token.In(text)}': {error.Describe()}");
        }
        return error == DomainNameError.None;
    }

    private static bool HasCount(ZoneFileScan scan, ReadOnlySpan<ZoneToken> tokens, int least, int greatest, string form)
    {
        if (tokens.Length >= least && tokens.Length <= greatest)
        {
            return true;
        }
        scan.Report(tokens[Math.Min(tokens.Length - 1, greatest)], $"expected {form}");
        return false;
    }
}
