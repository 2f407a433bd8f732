using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server.Xdp;

/// <summary>Turns what failed into what an operator can do about it.</summary>
internal static class XdpAdvice
{
    /// <summary>One or two sentences, the last with a final dot.</summary>
    public static string Explain(XdpException failure, XdpOptions options)
    {
        string name = options.Interface;
        return failure.Detail ?? (failure.Step, failure.Error) switch
        {
            (XdpStep.FindInterface, _) => $"there is no interface {name}; `ip -brief link` lists those there are.",
            (XdpStep.CreateMap or XdpStep.LoadProgram or XdpStep.Attach, Errno.NotPermitted or Errno.AccessDenied) =>
                "loading a BPF program needs the capabilities CAP_BPF and CAP_NET_ADMIN (before Linux 5.8 CAP_SYS_ADMIN): "
                + "in a systemd unit AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_NET_RAW.",
            (XdpStep.CreateMap or XdpStep.LoadProgram, Errno.NoSystemCall) =>
                "this kernel has no bpf system call (CONFIG_BPF_SYSCALL), or a seccomp filter of the container hides it.",
            (XdpStep.CreateMap, Errno.InvalidArgument) => "this kernel has no AF_XDP (CONFIG_XDP_SOCKETS, Linux 5.9).",
            (XdpStep.Attach, Errno.Busy or Errno.Exists) =>
                $"another XDP program is attached to {name}; `ip link show dev {name}` names it. Stop its owner, or take it "
                + $"off with `ip link set dev {name} xdp off`.",
            (XdpStep.Attach, Errno.OperationNotSupported) =>
                $"the driver of {name} does not support {ModeName(options.Mode)} XDP (`ethtool -i {name}` names the driver); "
                + "mode: generic works with any.",
            (XdpStep.Attach, Errno.InvalidArgument) =>
                $"the driver of {name} refuses: mostly because of a large MTU, of large receive offload "
                + $"(`ethtool -K {name} lro off`) or of too few queues left for XDP (`ethtool -L {name} combined N`); or the "
                + "kernel is older than Linux 5.9.",
            (XdpStep.OpenSocket, Errno.FamilyNotSupported) => "this kernel has no AF_XDP (CONFIG_XDP_SOCKETS).",
            (XdpStep.OpenSocket, Errno.NotPermitted or Errno.AccessDenied) =>
                "an AF_XDP socket needs the capability CAP_NET_RAW: in a systemd unit AmbientCapabilities=CAP_BPF "
                + "CAP_NET_ADMIN CAP_NET_RAW.",
            (XdpStep.RegisterMemory, Errno.NoBufferSpace) =>
                "the memory for frames is more than may be locked: raise `ulimit -l` (LimitMEMLOCK=infinity in a systemd "
                + "unit), or lower the number of frames.",
            (XdpStep.BindQueue, Errno.Busy) =>
                $"another process (or server) takes frames from a queue of {name} already; `ss --xdp -p` names it.",
            (XdpStep.BindQueue, Errno.InvalidArgument) =>
                $"{name} has no such queue; `ethtool -l {name}` tells how many there are.",
            (XdpStep.BindQueue, Errno.NetworkDown) => $"{name} is down; `ip link set dev {name} up`.",
            (_, Errno.OutOfMemory) => "the kernel has no memory left for it.",
            (_, Errno.NoBufferSpace) => "a limit on memory is reached; raise `ulimit -l` (LimitMEMLOCK= in a systemd unit).",
            (_, int error) => $"{StepName(failure.Step)} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).",
        };
    }

    private static string ModeName(XdpAttachMode mode) => mode == XdpAttachMode.Generic ? "generic" : "native";

    private static string StepName(XdpStep step) => step switch
    {
        XdpStep.ReadInterface => "reading the interface's settings",
        XdpStep.CreateMap => "creating the map of sockets",
        XdpStep.LoadProgram => "loading the program",
        XdpStep.Attach => "attaching the program",
        XdpStep.OpenSocket => "opening the socket",
        XdpStep.RegisterMemory => "registering the memory for frames",
        XdpStep.CreateRings => "creating the rings",
        XdpStep.BindQueue => "binding the socket to its queue",
        _ => "connecting the socket to the program",
    };
}
