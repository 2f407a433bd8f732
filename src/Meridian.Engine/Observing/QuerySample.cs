using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Observing;

/// <summary>One query that was answered, as far as the account of who asks needs it. 64 octets, by reference.</summary>
/// <param name="Resolver">The source address.</param>
/// <param name="Subnet">The network of a client subnet option, as it was sent; meaningful when <paramref name="SubnetLength"/> is not 0.</param>
/// <param name="NameHash">Of the question's name: names are not copied, and a name that nobody configured cannot be told from another.</param>
/// <param name="UnixSeconds">When it came.</param>
/// <param name="Type">QTYPE.</param>
/// <param name="Weight">1 to <see cref="QuerySampling.OneOf"/>: how many queries it stands for.</param>
/// <param name="SubnetLength">Bits of the network; 0 when the query named none.</param>
/// <param name="Answer">Tells the data of the first record of the answer from others; 0 when there was none.</param>
/// <param name="Ttl">Of that record, in seconds.</param>
public readonly record struct QuerySample(
    ClientAddress Resolver, ClientAddress Subnet, ulong NameHash, long UnixSeconds, RecordType Type, byte Weight, byte SubnetLength, uint Answer, int Ttl)
{
    private const int PerSecond = 1000;

    /// <summary>The part of the second, 0 to 999.</summary>
    public ushort Milliseconds { get; init; }

    /// <summary>When it came, in milliseconds since 1970.</summary>
    public long UnixMilliseconds => (UnixSeconds * PerSecond) + Milliseconds;
}
