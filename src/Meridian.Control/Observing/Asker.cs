using System.Globalization;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Control.Observing;

/// <summary>Who asks for what: what the account tells apart.</summary>
/// <param name="Resolver">The source address, or its network.</param>
/// <param name="ResolverLength">Bits of it that are kept.</param>
/// <param name="Subnet">The client network that the resolver named; meaningful when <paramref name="SubnetLength"/> is not 0.</param>
/// <param name="SubnetLength">Bits of it; 0 for none.</param>
/// <param name="Name">Number of the name in the <see cref="NameTable"/>.</param>
/// <param name="Type">QTYPE.</param>
public readonly record struct Asker(
    ClientAddress Resolver, byte ResolverLength, ClientAddress Subnet, byte SubnetLength, int Name, RecordType Type)
{
    // 0 to 32 and 0 to 128. What staged changes and sticky draws go by, and what RFC 7871 §11.1 takes to be private enough.
    internal const int IPv4Length = 24;
    internal const int IPv6Length = 56;

    /// <summary>What answers go by.</summary>
    public ClientAddress Network => SubnetLength > 0 ? Subnet : Resolver;

    /// <summary>An address or a network in text.</summary>
    public static string Text(ClientAddress address, int length)
    {
        int whole = address.IsIPv4 ? 32 : 128;
        return length == whole ? address.ToString() : string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");
    }

    /// <summary>The kept part of an address.</summary>
    internal static (ClientAddress Address, byte Length) Truncate(ClientAddress address, int length)
    {
        int kept = Math.Min(length, address.IsIPv4 ? IPv4Length : IPv6Length);
        return (address.Mask(kept), (byte)kept);
    }
}

/// <summary>An asker with what it asked.</summary>
/// <param name="Asker">Who.</param>
/// <param name="Queries">How often, by the weight of the samples.</param>
public readonly record struct AskerCount(Asker Asker, double Queries);
