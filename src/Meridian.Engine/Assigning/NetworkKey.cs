using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Assigning;

/// <summary>The network of a client that keeps its draw, or its assignment: /24 or /56.</summary>
internal static class NetworkKey
{
    /// <summary>How much of an address is the network.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthOf(ClientAddress address) =>
        address.IsIPv4 ? SteeringLimits.StickyIPv4PrefixLength : SteeringLimits.StickyIPv6PrefixLength;

    /// <summary>The hash of the network that an address is in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ClientAddress address)
    {
        ClientAddress network = address.Mask(LengthOf(address));
        return DrawHash.Mix(network.High, network.Low);
    }
}
