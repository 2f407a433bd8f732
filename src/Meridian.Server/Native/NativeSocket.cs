using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>A socket descriptor. One thread uses it; whoever joined that thread disposes it.</summary>
internal sealed unsafe class NativeSocket : IDisposable
{
    private int _descriptor;

    private NativeSocket(int descriptor, AddressFamily family)
    {
        _descriptor = descriptor;
        Family = family;
    }

    public int Descriptor => _descriptor;

    public AddressFamily Family { get; }

    public bool IsIPv4 => Family == AddressFamily.InterNetwork;

    /// <summary>Opens a non-blocking socket, or null and errno.</summary>
    /// <param name="family">
    /// IPv4 or IPv6. An IPv6 socket takes IPv6 only, so that both can listen on the wildcard.
    /// </param>
    /// <param name="type"><see cref="Linux.TypeDatagram"/> or <see cref="Linux.TypeStream"/>.</param>
    public static NativeSocket? Open(AddressFamily family, int type)
    {
        bool isIPv4 = family == AddressFamily.InterNetwork;
        int descriptor = Libc.Socket(
            isIPv4 ? Linux.FamilyIPv4 : Linux.FamilyIPv6,
            type | Linux.TypeNonBlocking | Linux.TypeCloseOnExec,
            0);
        if (descriptor < 0)
        {
            return null;
        }

        NativeSocket socket = new(descriptor, family);
        if (!isIPv4)
        {
            socket.TrySetOption(Linux.LevelIPv6, Linux.IPv6Only, 1);
        }

        return socket;
    }

    public bool TrySetOption(int level, int option, int value) =>
        Libc.SetOption(_descriptor, level, option, &value, sizeof(int)) == 0;

    /// <summary>The option's value, or −1.</summary>
    public int GetOption(int level, int option)
    {
        int value;
        uint length = sizeof(int);
        return Libc.GetOption(_descriptor, level, option, &value, &length) == 0 ? value : -1;
    }

    /// <summary>0, or errno.</summary>
    public int Bind(IPEndPoint endpoint)
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength];
        uint length = SocketAddresses.Write(endpoint, new Span<byte>(address, SocketAddresses.MaxLength));
        return Libc.Bind(_descriptor, address, length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>0, or errno.</summary>
    public int Listen(int backlog) => Libc.Listen(_descriptor, backlog) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The port that the kernel gave; 0 when it cannot be read.</summary>
    public int LocalPort()
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength];
        uint length = SocketAddresses.MaxLength;
        if (Libc.GetSocketName(_descriptor, address, &length) < 0)
        {
            return 0;
        }

        SocketAddresses.Read(address, out ushort port);
        return port;
    }

    /// <summary>
    /// Datagrams that the kernel dropped for want of room in the receive buffer since the socket was opened.
    /// </summary>
    public long ReceiveQueueDrops()
    {
        // SK_MEMINFO_DROPS is the ninth of the 32-bit values of SO_MEMINFO. Safe from any thread while the socket is
        // open.
        const int DropsIndex = 8;
        uint* values = stackalloc uint[DropsIndex + 1];
        uint length = sizeof(uint) * (DropsIndex + 1);
        bool read = Libc.GetOption(_descriptor, Linux.LevelSocket, Linux.MemoryInfo, values, &length) == 0;
        return read && length > sizeof(uint) * DropsIndex ? values[DropsIndex] : 0;
    }

    /// <summary>
    /// Makes the kernel refuse what arrives from now on, while what is queued can still be read: a filter whose only
    /// instruction is "accept 0 octets". With it a drain has an end under any load.
    /// </summary>
    public bool TryRefuseNewDatagrams()
    {
        const ushort ReturnConstant = 0x06; // BPF_RET | BPF_K
        SocketFilter instruction = new() { Code = ReturnConstant };
        SocketFilterProgram program = new() { Length = 1, Instructions = &instruction };
        return Libc.SetOption(
            _descriptor, Linux.LevelSocket, Linux.AttachFilter, &program, (uint)sizeof(SocketFilterProgram)) == 0;
    }

    /// <summary>
    /// Makes receiving wait for a datagram, but no longer than this. What must not wait then says so call by call.
    /// </summary>
    public bool TryWaitWhenReceiving(int milliseconds)
    {
        // struct timeval: two 64-bit numbers on 64-bit Linux.
        long* timeout = stackalloc long[] { milliseconds / 1000, milliseconds % 1000 * 1000L };
        int off = 0;
        return Libc.SetOption(_descriptor, Linux.LevelSocket, Linux.ReceiveTimeout, timeout, 2 * sizeof(long)) == 0
            && Libc.Control(_descriptor, Linux.SetNonBlocking, &off) == 0;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SocketFilter
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Constant;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SocketFilterProgram
    {
        public ushort Length;
        public SocketFilter* Instructions;
    }
}
