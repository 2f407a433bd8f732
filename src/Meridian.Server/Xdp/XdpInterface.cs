using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server.Xdp;

/// <summary>What has to be known of an interface before its frames are taken.</summary>
/// <param name="Queues">Receive queues to serve.</param>
/// <param name="Mtu">Octets of its longest IP packet.</param>
/// <param name="HardwareAddress">Its six octets.</param>
internal sealed record XdpInterface(int Queues, int Mtu, byte[] HardwareAddress)
{
    /// <exception cref="XdpException">It cannot be read, or does not fit the options.</exception>
    public static XdpInterface Read(XdpOptions options)
    {
        using NetworkInterfaceQuery query = NetworkInterfaceQuery.Open(options.Interface) ?? throw Failed();
        byte[] hardwareAddress = query.HardwareAddress() ?? throw new XdpException(
            XdpStep.ReadInterface, 0, $"{options.Interface} is not an Ethernet interface.");
        int mtu = query.Mtu();
        if (mtu == 0)
        {
            throw Failed();
        }

        int queues = query.ReceiveQueues();
        if (options.Queues > queues)
        {
            throw new XdpException(
                XdpStep.ReadInterface,
                0,
                $"{options.Interface} has {queues} receive queues, not {options.Queues}; `ethtool -L {options.Interface} "
                + "combined N` changes that, where the device can.");
        }

        return new XdpInterface(Math.Min(options.Queues ?? queues, XdpOptions.MaxQueues), mtu, hardwareAddress);
    }

    private static XdpException Failed() => new(XdpStep.ReadInterface, Marshal.GetLastPInvokeError());
}
