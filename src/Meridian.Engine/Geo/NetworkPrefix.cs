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

    public override string ToString() => $"{First}/{Length}";
}
