using Meridian.Dns.Names;

namespace Meridian.Dns.Tsig;

/// <summary>A secret that two parties share, with the name by which messages refer to it (RFC 8945 §2).</summary>
public sealed class TsigKey
{
    private readonly byte[] _secret;

    /// <param name="name">The key's name, which is also the identity of whoever has the secret.</param>
    /// <param name="algorithm">The only one that the key is used with.</param>
    /// <param name="secret">At least one octet; RFC 8945 §8 advises as many as the hash has.</param>
    /// <param name="minMacLength">
    /// Octets of the shortest MAC that is taken, <see cref="TsigAlgorithm.ShortestMacLength"/> to
    /// <see cref="TsigAlgorithm.MacLength"/>; null is the whole MAC.
    /// </param>
    public TsigKey(DomainName name, TsigAlgorithm algorithm, ReadOnlySpan<byte> secret, int? minMacLength = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(secret.Length, nameof(secret));
        Name = name;
        Algorithm = algorithm;
        MinMacLength = minMacLength ?? algorithm.MacLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(MinMacLength, algorithm.ShortestMacLength, nameof(minMacLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinMacLength, algorithm.MacLength, nameof(minMacLength));
        _secret = secret.ToArray();
    }

    public DomainName Name { get; }

    public TsigAlgorithm Algorithm { get; }

    /// <summary>Octets; a shorter MAC that is right is answered with BADTRUNC (RFC 8945 §5.2.4).</summary>
    public int MinMacLength { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The name and the algorithm, never the secret.</summary>
    public override string ToString() => $"{Name} ({Algorithm})";
}
