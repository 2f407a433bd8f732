using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Xdp;

/// <summary>
/// The program on an interface, and a socket for each of its queues. The kernel takes the program off when the link's
/// descriptor is closed, so also when the process dies: nothing is left behind.
/// </summary>
internal sealed class XdpAttachment : IDisposable
{
    private const int Closed = -1;

    private readonly List<XdpSocket> _sockets = [];
    private int _map = Closed;
    private int _program = Closed;
    private int _link = Closed;

    private XdpAttachment()
    {
    }

    /// <summary>In the order of their queues.</summary>
    public ImmutableArray<XdpSocket> Sockets => [.. _sockets];

    /// <summary>
    /// Attaches to the interface; null when something is missing, which the log tells with what to do about it. The
    /// sockets, which serve everything else, then serve this as well.
    /// </summary>
    /// <param name="options">Valid.</param>
    /// <param name="endpoints">Where the server listens, with the ports that were chosen.</param>
    /// <param name="logger">Told either way.</param>
    public static XdpAttachment? TryOpen(XdpOptions options, ImmutableArray<IPEndPoint> endpoints, ILogger logger)
    {
        try
        {
            bool native = options.Mode != XdpAttachMode.Generic;
            XdpAttachment attachment;
            try
            {
                attachment = Open(options, endpoints, native);
            }
            catch (XdpException failure) when (native && options.Mode == XdpAttachMode.Auto && IsDriversWant(failure))
            {
                native = false;
                attachment = Open(options, endpoints, native);
            }

            bool zeroCopy = attachment._sockets.TrueForAll(static socket => socket.IsZeroCopy);
            ServerLog.XdpAttached(
                logger, options.Interface, attachment._sockets.Count, native ? "native" : "generic", zeroCopy ? "zero copy" : "copy");
            return attachment;
        }
        catch (XdpException failure)
        {
            ServerLog.XdpUnavailable(logger, options.Interface, XdpAdvice.Explain(failure, options), failure.Error);
            return null;
        }
    }

    /// <summary>Takes the program off: from now on every frame goes to the kernel. What was taken can still be answered.</summary>
    public void Detach() => Close(ref _link);

    /// <summary>Frames that the kernel dropped because a thread did not keep up.</summary>
    public long Drops() => _sockets.Sum(static socket => socket.Drops());

    public void Dispose()
    {
        Detach();
        _sockets.ForEach(static socket => socket.Dispose());
        _sockets.Clear();
        Close(ref _program);
        Close(ref _map);
    }

    /// <summary>
    /// The addresses and ports that the program looks for: a wildcard stands for every address that the host has now.
    /// Addresses that it gets later are served by the sockets.
    /// </summary>
    internal static ImmutableArray<IPEndPoint> DestinationsOf(
        ImmutableArray<IPEndPoint> endpoints, Func<IEnumerable<IPAddress>> hostAddresses)
    {
        HashSet<IPEndPoint> destinations = [];
        foreach (IPEndPoint endpoint in endpoints)
        {
            bool isWildcard = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
            IEnumerable<IPAddress> addresses = !isWildcard ? [endpoint.Address]
                : hostAddresses().Where(a => a.AddressFamily == endpoint.AddressFamily && !IPAddress.IsLoopback(a));
            foreach (IPAddress address in addresses)
            {
                // Written anew: the scope of a link-local address is no part of a packet.
                destinations.Add(new IPEndPoint(new IPAddress(address.GetAddressBytes()), endpoint.Port));
            }
        }

        return [.. destinations];
    }

    /// <summary>What the generic layer, which needs nothing of the driver, would not fail for.</summary>
    private static bool IsDriversWant(XdpException failure) =>
        failure.Step is XdpStep.Attach or XdpStep.BindQueue
        && failure.Error is Errno.OperationNotSupported or Errno.InvalidArgument;

    private static XdpAttachment Open(XdpOptions options, ImmutableArray<IPEndPoint> endpoints, bool native)
    {
        XdpAttachment attachment = new();
        try
        {
            attachment.OpenAll(options, endpoints, native);
            return attachment;
        }
        catch (XdpException)
        {
            attachment.Dispose();
            throw;
        }
    }

    private static IEnumerable<IPAddress> HostAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static i => i.GetIPProperties().UnicastAddresses)
            .Select(static unicast => unicast.Address);

    private static int Opened(int descriptor, XdpStep step) =>
        descriptor >= 0 ? descriptor : throw new XdpException(step, Marshal.GetLastPInvokeError());

    private static void Close(ref int descriptor)
    {
        if (descriptor != Closed)
        {
            _ = Libc.Close(descriptor);
            descriptor = Closed;
        }
    }

    private void OpenAll(XdpOptions options, ImmutableArray<IPEndPoint> endpoints, bool native)
    {
        uint interfaceIndex = Libc.InterfaceIndex(options.Interface);
        if (interfaceIndex == 0)
        {
            throw new XdpException(XdpStep.FindInterface, Marshal.GetLastPInvokeError());
        }

        XdpInterface facts = XdpInterface.Read(options);
        ImmutableArray<IPEndPoint> destinations = DestinationsOf(endpoints, HostAddresses);
        if (destinations.Length > RedirectProgram.MaxDestinations)
        {
            throw new XdpException(
                XdpStep.LoadProgram,
                0,
                $"a wildcard in listen stands for {destinations.Length} addresses here, more than the "
                + $"{RedirectProgram.MaxDestinations} that the program can look for; list those that queries are sent to.");
        }

        _map = Opened(Bpf.CreateSocketMap(facts.Queues), XdpStep.CreateMap);
        LoadProgram(RedirectProgram.Assemble(destinations, options.Vlans, facts.HardwareAddress, _map));
        // First the program, which passes everything on while the map is empty; some drivers make their queues anew for
        // it. Last the map: from then on frames come.
        _link = Opened(Bpf.AttachToInterface(_program, interfaceIndex, native), XdpStep.Attach);
        XdpMemoryPlan plan = XdpMemoryPlan.For(options.Frames, facts.Mtu);
        for (int queue = 0; queue < facts.Queues; queue++)
        {
            _sockets.Add(XdpSocket.Open(interfaceIndex, queue, plan, native && options.ZeroCopy));
        }

        foreach (XdpSocket socket in _sockets)
        {
            Opened(Bpf.SetSocket(_map, socket.Queue, socket.Descriptor), XdpStep.Connect);
        }
    }

    private void LoadProgram(ImmutableArray<ulong> instructions)
    {
        _program = Bpf.LoadProgram(instructions);
        if (_program >= 0)
        {
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        bool isRejected = error is Errno.InvalidArgument or Errno.AccessDenied;
        string objection = isRejected ? Bpf.ExplainProgram(instructions) : "";
        throw new XdpException(
            XdpStep.LoadProgram, error, objection.Length == 0 ? null : $"the kernel rejects the program: {objection}");
    }
}
