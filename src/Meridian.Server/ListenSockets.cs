using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server;

/// <summary>All sockets of one listen address: one per thread and transport, on the same port.</summary>
internal sealed class ListenSockets : IDisposable
{
    // The kernel picks a free TCP port; another process may hold the same number for UDP. That this happens so often in
    // a row means that something else is wrong.
    private const int PortAttempts = 32;

    private ListenSockets(IPEndPoint endpoint, ImmutableArray<NativeSocket> udp, ImmutableArray<NativeSocket> tcp)
    {
        Endpoint = endpoint;
        Udp = udp;
        Tcp = tcp;
    }

    /// <summary>Where they listen, with the port that the kernel gave.</summary>
    public IPEndPoint Endpoint { get; }

    public ImmutableArray<NativeSocket> Udp { get; }

    public ImmutableArray<NativeSocket> Tcp { get; }

    /// <summary>Binds them all, or throws <see cref="ServerStartException"/> and leaves none open.</summary>
    public static ListenSockets Bind(IPEndPoint endpoint, ServerOptions options, int udpThreads)
    {
        bool anyPort = endpoint.Port == 0;
        for (int attempt = 1; ; attempt++)
        {
            List<NativeSocket> opened = [];
            try
            {
                ImmutableArray<NativeSocket> tcp = BindGroup(
                    endpoint, Linux.TypeStream, options.TcpThreads, options.Tcp.KernelQueueOctets, opened);
                IPEndPoint bound = new(endpoint.Address, tcp[0].LocalPort());
                ImmutableArray<NativeSocket> udp = BindGroup(bound, Linux.TypeDatagram, udpThreads, 0, opened);
                foreach (NativeSocket listener in tcp)
                {
                    Check(listener.Listen(options.Tcp.Backlog), bound, Linux.TypeStream);
                }

                return new ListenSockets(bound, udp, tcp);
            }
            catch (BindException failure)
            {
                opened.ForEach(static socket => socket.Dispose());
                if (!anyPort || failure.Error != Errno.AddressInUse || attempt == PortAttempts)
                {
                    throw BindAdvice.Explain(failure);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (NativeSocket socket in Udp.AddRange(Tcp))
        {
            socket.Dispose();
        }
    }

    /// <summary>
    /// Binds the first socket alone, and only then lets the others share its address. With SO_REUSEPORT from the start,
    /// a second server of the same user would silently take part of the queries instead of being told "address in use".
    /// </summary>
    private static ImmutableArray<NativeSocket> BindGroup(
        IPEndPoint endpoint, int type, int count, int kernelQueueOctets, List<NativeSocket> opened)
    {
        ImmutableArray<NativeSocket>.Builder group = ImmutableArray.CreateBuilder<NativeSocket>(count);
        IPEndPoint shared = endpoint;
        for (int index = 0; index < count; index++)
        {
            NativeSocket? socket = NativeSocket.Open(endpoint.AddressFamily, type);
            if (socket is null)
            {
                throw new BindException(Marshal.GetLastPInvokeError(), endpoint, type);
            }

            opened.Add(socket);
            group.Add(socket);
            if (type == Linux.TypeStream)
            {
                // Connections of a former run in TIME_WAIT do not hinder a restart.
                socket.TrySetOption(Linux.LevelSocket, Linux.ReuseAddress, 1);
                // Accepted connections inherit it (tcp(7)).
                socket.TrySetOption(Linux.LevelTcp, Linux.TcpUnsentLowWater, kernelQueueOctets);
            }

            bool first = index == 0;
            if (!first)
            {
                socket.TrySetOption(Linux.LevelSocket, Linux.ReusePort, 1);
            }

            Check(socket.Bind(shared), shared, type);
            if (first)
            {
                shared = new IPEndPoint(endpoint.Address, socket.LocalPort());
                socket.TrySetOption(Linux.LevelSocket, Linux.ReusePort, count > 1 ? 1 : 0);
            }
        }

        return group.MoveToImmutable();
    }

    private static void Check(int error, IPEndPoint endpoint, int type)
    {
        if (error != 0)
        {
            throw new BindException(error, endpoint, type);
        }
    }
}
