using System.Collections.Immutable;
using System.Security.Cryptography;
using Meridian.Dns.Names;

namespace Meridian.Dns.Tsig;

/// <summary>A keyed hash that signs messages (RFC 8945 §6, IANA "TSIG Algorithm Names").</summary>
public sealed class TsigAlgorithm
{
    /// <summary>No MAC may be cut to fewer octets than this, nor to less than half of the hash (RFC 8945 §5.2.2.1).</summary>
    public const int LeastMacLength = 10;

    private readonly HashAlgorithmName _hash;

    private TsigAlgorithm(string mnemonic, string name, HashAlgorithmName hash, int macLength, bool isWeak)
    {
        Mnemonic = mnemonic;
        Name = DomainName.Parse(name);
        _hash = hash;
        MacLength = macLength;
        IsWeak = isWeak;
    }

    /// <summary>RFC 8945 §6 forbids its use; here for keys that old clients cannot give up.</summary>
    public static TsigAlgorithm HmacMd5 { get; } = new("hmac-md5", "hmac-md5.sig-alg.reg.int.", HashAlgorithmName.MD5, 16, isWeak: true);

    /// <summary>RFC 8945 §6 does not recommend its use.</summary>
    public static TsigAlgorithm HmacSha1 { get; } = new("hmac-sha1", "hmac-sha1.", HashAlgorithmName.SHA1, 20, isWeak: true);

    public static TsigAlgorithm HmacSha256 { get; } = new("hmac-sha256", "hmac-sha256.", HashAlgorithmName.SHA256, 32, isWeak: false);

    public static TsigAlgorithm HmacSha384 { get; } = new("hmac-sha384", "hmac-sha384.", HashAlgorithmName.SHA384, 48, isWeak: false);

    public static TsigAlgorithm HmacSha512 { get; } = new("hmac-sha512", "hmac-sha512.", HashAlgorithmName.SHA512, 64, isWeak: false);

    /// <summary>All that there are, weakest first.</summary>
    public static ImmutableArray<TsigAlgorithm> All { get; } = [HmacMd5, HmacSha1, HmacSha256, HmacSha384, HmacSha512];

    /// <summary>What people write: <c>hmac-sha256</c>.</summary>
    public string Mnemonic { get; }

    /// <summary>What stands in messages.</summary>
    public DomainName Name { get; }

    /// <summary>Octets of a whole MAC.</summary>
    public int MacLength { get; }

    /// <summary>The fewest octets that a MAC cut short may have (RFC 8945 §5.2.2.1).</summary>
    public int ShortestMacLength => Math.Max(LeastMacLength, MacLength / 2);

    /// <summary>Whether RFC 8945 §6 advises against it.</summary>
    public bool IsWeak { get; }

    /// <summary>Finds an algorithm by what people write; case does not matter.</summary>
    public static TsigAlgorithm? Find(string mnemonic)
    {
        foreach (TsigAlgorithm algorithm in All)
        {
            if (string.Equals(algorithm.Mnemonic, mnemonic, StringComparison.OrdinalIgnoreCase))
            {
                return algorithm;
            }
        }
        return null;
    }

    /// <summary>Begins a MAC.</summary>
    internal IncrementalHash CreateMac(ReadOnlySpan<byte> secret) => IncrementalHash.CreateHMAC(_hash, secret);

    public override string ToString() => Mnemonic;
}
