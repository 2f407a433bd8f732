using System.Globalization;

namespace Meridian.Dns.Records;

/// <summary>SvcParamKeys (IANA "Service Parameter Keys (SvcParamKeys)").</summary>
internal static class ServiceParameterKeys
{
    internal const ushort Mandatory = 0;
    internal const ushort Alpn = 1;
    internal const ushort NoDefaultAlpn = 2;
    internal const ushort Port = 3;
    internal const ushort IPv4Hint = 4;
    internal const ushort Ech = 5;
    internal const ushort IPv6Hint = 6;
    internal const ushort DohPath = 7;
    internal const ushort Ohttp = 8;

    /// <summary>Reserved ("Invalid key", RFC 9460 §14.3.2).</summary>
    internal const ushort Invalid = 65535;

    private static readonly string[] Names =
        ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    /// <summary>Scans a registered name or <c>keyNNNNN</c>. Names are lower case (RFC 9460 §2.1); other case is read too.</summary>
    internal static bool TryScan(ReadOnlySpan<char> text, out ushort key)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (text.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                key = (ushort)i;
                return true;
            }
        }
        key = Invalid;
        if (!text.StartsWith("key", StringComparison.OrdinalIgnoreCase)
            || !NumberText.TryScan(text[3..], Invalid - 1, out uint number)
            || (text.Length > 4 && text[3] == '0'))
        {
            return false;
        }
        key = (ushort)number;
        return true;
    }

    /// <summary>
    /// The registered name, or <c>keyNNNNN</c>. Names newer than RFC 9460 are read but not written: BIND 9.18 and Knot 3.2 do
    /// not know dohpath (RFC 9461), nobody knows ohttp yet, and every server reads the number.
    /// </summary>
    internal static string NameOf(ushort key) =>
        key <= IPv6Hint ? Names[key] : string.Create(CultureInfo.InvariantCulture, $"key{key}");
}
