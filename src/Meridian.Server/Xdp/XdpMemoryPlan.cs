namespace Meridian.Server.Xdp;

/// <summary>How the frames of one queue lie in memory.</summary>
/// <param name="Frames">A power of two.</param>
/// <param name="FrameOctets">Of each, with the kernel's headroom: 2048 or 4096, which are what the kernel allows.</param>
/// <param name="MaxPacketOctets">The longest IP packet that can be sent: what is longer is truncated to TCP.</param>
internal readonly record struct XdpMemoryPlan(int Frames, int FrameOctets, int MaxPacketOctets)
{
    /// <summary>XDP_PACKET_HEADROOM: what the kernel leaves free before each frame that it receives.</summary>
    private const int KernelHeadroom = 256;

    /// <summary>The smallest frames that hold the interface's packets.</summary>
    public static XdpMemoryPlan For(int frames, int mtu)
    {
        const int Small = 2048;
        const int Large = 4096;
        const int Overhead = KernelHeadroom + FrameHeaders.EthernetLength + FrameHeaders.VlanTagLength;
        int frameOctets = mtu <= Small - Overhead ? Small : Large;
        return new XdpMemoryPlan(frames, frameOctets, Math.Min(mtu, frameOctets - Overhead));
    }
}
