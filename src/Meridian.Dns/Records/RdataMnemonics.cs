using System.Collections.Frozen;

namespace Meridian.Dns.Records;

/// <summary>Mnemonics for numbers in RDATA. Read, but never written: every server reads the numbers.</summary>
internal static class RdataMnemonics
{
    /// <summary>IANA "DNS Security Algorithm Numbers".</summary>
    internal static FrozenDictionary<string, ushort> Algorithms { get; } = Build(
        ("DELETE", 0), ("RSAMD5", 1), ("DH", 2), ("DSA", 3), ("RSASHA1", 5), ("DSA-NSEC3-SHA1", 6), ("RSASHA1-NSEC3-SHA1", 7),
        ("NSEC3DSA", 6), ("NSEC3RSASHA1", 7), ("RSASHA256", 8), ("RSASHA512", 10), ("ECC-GOST", 12), ("ECCGOST", 12),
        ("ECDSAP256SHA256", 13), ("ECDSAP384SHA384", 14), ("ED25519", 15), ("ED448", 16),
        ("INDIRECT", 252), ("PRIVATEDNS", 253), ("PRIVATEOID", 254));

    /// <summary>IANA "CERT RR Certificate Types" (RFC 4398 §2.1).</summary>
    internal static FrozenDictionary<string, ushort> CertificateTypes { get; } = Build(
        ("PKIX", 1), ("SPKI", 2), ("PGP", 3), ("IPKIX", 4), ("ISPKI", 5), ("IPGP", 6), ("ACPKIX", 7), ("IACPKIX", 8),
        ("URI", 253), ("OID", 254));

    internal static bool TryScan(
        ReadOnlySpan<char> text, FrozenDictionary<string, ushort> mnemonics, uint greatest, out uint number)
    {
        if (NumberText.TryScan(text, greatest, out number))
        {
            return true;
        }
        bool isFound = mnemonics.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out ushort value);
        number = value;
        return isFound;
    }

    private static FrozenDictionary<string, ushort> Build(params (string Name, ushort Value)[] pairs) =>
        pairs.ToFrozenDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
}
