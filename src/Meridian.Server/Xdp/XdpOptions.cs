using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace Meridian.Server.Xdp;

/// <summary>
/// How frames of one interface are taken before the kernel's network stack sees them (AF_XDP). What cannot be had falls
/// back to the sockets, which serve everything else in any case.
/// </summary>
public sealed record XdpOptions
{
    /// <summary>IFNAMSIZ less the final NUL.</summary>
    public const int MaxInterfaceOctets = 15;

    /// <summary>Most queues: one thread each, so as many as there may be threads of a transport.</summary>
    public const int MaxQueues = 256;

    /// <summary>Most VLANs: each costs the program that sees every frame an instruction.</summary>
    public const int MaxVlans = 64;

    /// <summary>The interface that queries arrive on, 1 to 15 octets.</summary>
    public required string Interface { get; init; }

    /// <summary>
    /// Receive queues to serve, the first ones of the interface, with a thread each: 1 to 256; null is all it has.
    /// Frames of other queues go to the sockets.
    /// </summary>
    public int? Queues { get; init; }

    /// <summary>Native, generic, or whichever there is.</summary>
    public XdpAttachMode Mode { get; init; }

    /// <summary>
    /// Let the device write straight into our memory when its driver can. Turning it off is for drivers that can badly.
    /// </summary>
    public bool ZeroCopy { get; init; } = true;

    /// <summary>
    /// The VLANs (IEEE 802.1Q) whose tagged frames are ours too, 1 to 4094 each, at most 64. Untagged frames always are.
    /// </summary>
    public ImmutableArray<int> Vlans { get; init; } = [];

    /// <summary>
    /// Frames of memory per queue, a power of two from 256 to 65,536. Of 4096, half can wait to be answered while the
    /// other half is being sent: 2.5 ms of 800,000 queries/s, for 8 MiB.
    /// </summary>
    public int Frames { get; init; } = 4096;

    /// <summary>
    /// Frames answered before their answers are given to the kernel, 1 to 1024. 64 spreads the cost of the call thinly
    /// enough; their memory still fits the second-level cache.
    /// </summary>
    public int BatchSize { get; init; } = 64;

    internal void Check(LimitCheck check)
    {
        int nameOctets = Encoding.UTF8.GetByteCount(Interface);
        check.InRange("octets of the XDP interface's name", nameOctets, 1, MaxInterfaceOctets);
        check.InRange("XDP queues", Queues ?? 1, 1, MaxQueues);
        check.InRange("XDP frames", Frames, 256, 65_536);
        check.Require(BitOperations.IsPow2(Frames), $"XDP frames are {Frames}, not a power of two");
        check.InRange("XDP batch size", BatchSize, 1, 1024);
        check.InRange("XDP VLANs", Vlans.Length, 0, MaxVlans);
        foreach (int vlan in Vlans)
        {
            check.InRange("XDP VLAN", vlan, 1, 4094);
        }
    }
}
