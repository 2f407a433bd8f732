using System.Globalization;
using System.Text;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Names;

/// <summary>
/// Record data between the text of this API and that of master files. Clients get back what they sent, so that their plans
/// stay empty; what is compared and served is the wire form.
/// </summary>
internal static class Route53Rdata
{
    /// <summary>The types that record sets can have, in the order of lists.</summary>
    public static readonly IReadOnlyList<string> Types =
        ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"];

    /// <summary>Reads a value.</summary>
    /// <param name="type">Of the record set.</param>
    /// <param name="value">As the client sent it: names without a final dot are whole, escapes are octal.</param>
    /// <param name="rdata">The wire form.</param>
    /// <param name="problem">What is wrong, in the service's words as far as they are known.</param>
    public static bool TryScan(RecordType type, string value, out byte[] rdata, out string problem)
    {
        problem = "";
        rdata = [];
        if (type is RecordType.TXT or RecordType.SPF && !value.TrimStart().StartsWith('"'))
        {
            problem = Invalid(Route53Name.Fatal(
                "InvalidCharacterString", "Value should be enclosed in quotation marks", value));
            return false;
        }
        if (value.AsSpan().ContainsAny('\r', '\n') || !RdataText.TryScan(type, ToDecimal(value), DomainName.Root, out rdata, out string? error))
        {
            problem = type switch
            {
                RecordType.A => Invalid(Route53Name.Fatal("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address", value)),
                RecordType.AAAA => Invalid(Route53Name.Fatal("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address", value)),
                _ => Invalid(Route53Name.Fatal("InvalidRRDATA", $"Value is not the data of a record of type {type.ToMnemonic()}", value)),
            };
            return false;
        }
        return true;
    }

    /// <summary>The value as a master file has it.</summary>
    public static string ToNative(RecordType type, ReadOnlySpan<byte> rdata) => RdataText.Format(type, rdata);

    /// <summary>A value that was written by another door, as this API shows it.</summary>
    public static string ToApi(RecordType type, string native, DomainName origin) =>
        RdataText.TryScan(type, InlineRdata.ToMasterFileText(type, native), origin, out byte[] rdata, out _)
            ? ToOctal(RdataText.Format(type, rdata))
            : ToOctal(native);

    /// <summary>Whether two values are the same record.</summary>
    public static bool AreEqual(RecordType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CanonicalRdata.AreEqual(type, left, right);

    /// <summary>Octal escapes as the decimal ones of master files (RFC 1035 §5.1).</summary>
    public static string ToDecimal(string value) => Rewrite(value, static (ReadOnlySpan<char> rest, out byte octet) =>
        Route53Name.TryReadEscape(rest, out octet), static octet => octet.ToString("D3", CultureInfo.InvariantCulture));

    /// <summary>The decimal escapes of master files as octal ones.</summary>
    public static string ToOctal(string value) => Rewrite(value, static (ReadOnlySpan<char> rest, out byte octet) =>
    {
        octet = 0;
        return rest.Length >= 3 && byte.TryParse(rest[..3], NumberStyles.None, CultureInfo.InvariantCulture, out octet);
    }, static octet => string.Create(CultureInfo.InvariantCulture, $"{octet >> 6}{(octet >> 3) & 7}{octet & 7}"));

    private delegate bool EscapeReader(ReadOnlySpan<char> rest, out byte octet);

    private static string Rewrite(string value, EscapeReader read, Func<byte, string> write)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }
        StringBuilder text = new(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            text.Append(value[i]);
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                continue;
            }
            if (read(value.AsSpan(i + 1), out byte octet))
            {
                text.Append(write(octet));
                i += 3;
            }
            else
            {
                // \" and \\ mean the same in both.
                text.Append(value[++i]);
            }
        }
        return text.ToString();
    }

    private static string Invalid(string problem) => $"Invalid Resource Record: '{problem}'";
}
