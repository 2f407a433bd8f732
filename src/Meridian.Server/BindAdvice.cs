using System.Net;
using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server;

/// <summary>Why a socket could not be bound; never leaves this project.</summary>
internal sealed class BindException(int error, IPEndPoint endpoint, int type) : Exception
{
    /// <summary>errno.</summary>
    public int Error { get; } = error;

    public IPEndPoint Endpoint { get; } = endpoint;

    public bool IsTcp { get; } = type == Linux.TypeStream;
}

/// <summary>Turns errno into what an operator can do about it.</summary>
internal static class BindAdvice
{
    public static ServerStartException Explain(BindException failure)
    {
        string transport = failure.IsTcp ? "TCP" : "UDP";
        return new ServerStartException(
            $"Cannot listen on {failure.Endpoint} ({transport}): {Reason(failure)}", failure);
    }

    private static string Reason(BindException failure)
    {
        int port = failure.Endpoint.Port;
        string option = failure.IsTcp ? "-ltnp" : "-lunp";
        return failure.Error switch
        {
            Errno.AddressInUse =>
                "the address is in use, by another process or another listen address of this one; "
                + $"`ss {option} 'sport = :{port}'` names it"
                + (port == 53 ? " (often systemd-resolved, on 127.0.0.53)." : "."),
            Errno.AccessDenied =>
                $"port {port} needs the capability CAP_NET_BIND_SERVICE: in a systemd unit "
                + "AmbientCapabilities=CAP_NET_BIND_SERVICE, else `setcap cap_net_bind_service=+ep` on the executable, or "
                + "a port that is not below net.ipv4.ip_unprivileged_port_start.",
            Errno.AddressNotAvailable =>
                "no interface of this machine has the address; `ip -brief address` lists those there are. For an address "
                + "that moves between machines set net.ipv4.ip_nonlocal_bind=1 (net.ipv6.ip_nonlocal_bind=1).",
            Errno.FamilyNotSupported => "this kernel has no IPv6, or it is turned off.",
            Errno.TooManyFiles or Errno.TooManyFilesInSystem =>
                "no more file descriptors: raise `ulimit -n` (LimitNOFILE= in a systemd unit).",
            int error => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error}).",
        };
    }
}
