using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>A network as client addresses are compared: IPv4-mapped ones are IPv4.</summary>
/// <param name="First">Its first address.</param>
/// <param name="Length">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
/// <param name="IsIPv4">Which of the two.</param>
internal readonly record struct NetworkPrefix(ClientAddress First, int Length, bool IsIPv4)
{
    private const int MappedLength = 96;

    public static NetworkPrefix From(IPNetwork network)
    {
        ClientAddress first = ClientAddress.FromIPAddress(network.BaseAddress);
        bool isWritten4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        return isWritten4 ? new(first, network.PrefixLength, true)
            : first.IsIPv4 && network.PrefixLength >= MappedLength ? new(first, network.PrefixLength - MappedLength, true)
            : new(first, network.PrefixLength, false);
    }

    public bool Contains(NetworkPrefix other) =>
        IsIPv4 == other.IsIPv4 && Length <= other.Length && other.First.Mask(Length) == First;

    /// <summary>The address behind its last one; false where its family ends there.</summary>
    public bool TryFindBehind(out ClientAddress behind)
    {
        if (IsIPv4)
        {
            ulong next = First.IPv4 + (1UL << (32 - Length));
            behind = ClientAddress.FromIPv4((uint)next);
            return next <= uint.MaxValue;
        }
        UInt128 low = new(First.High, First.Low);
        UInt128 after = Length == 0 ? 0 : low + (UInt128.One << (128 - Length));
        behind = new ClientAddress((ulong)(after >> 64), (ulong)after);
        return after != 0;
    }

    public override string ToString() => $"{First}/{Length}";
}
