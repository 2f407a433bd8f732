using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server.Xdp;

/// <summary>
/// One queue of an interface: an AF_XDP socket, its four rings, and the memory for frames that it shares with the kernel.
/// Every frame is at one place at a time: in the fill ring for the kernel to receive into, in the receive ring, with us,
/// in the transmit ring, or in the completion ring. No ring is shorter than there are frames, so none can overflow
/// but the transmit and receive rings, which are half as long.
/// </summary>
internal sealed unsafe class XdpSocket : IDisposable
{
    private const int FamilyXdp = 44;
    private const int TypeRaw = 3;
    private const int LevelXdp = 283;
    private const int OptionMapOffsets = 1;
    private const int OptionReceiveRing = 2;
    private const int OptionTransmitRing = 3;
    private const int OptionMemory = 4;
    private const int OptionFillRing = 5;
    private const int OptionCompletionRing = 6;
    private const int OptionStatistics = 7;
    private const int OptionFlags = 8;
    private const long ReceiveRingOffset = 0;
    private const long TransmitRingOffset = 0x80000000;
    private const long FillRingOffset = 0x100000000;
    private const long CompletionRingOffset = 0x180000000;
    private const ushort BindCopy = 1 << 1;
    private const ushort BindNeedWakeup = 1 << 3;

    // The kernel lets go of a closed socket's queue a moment later, on a thread of its own: a server that is restarted
    // would find its own queue in use. Half a second in all.
    private const int BindAttempts = 50;
    private const int BindPauseNanoseconds = 10_000_000;

    private readonly nuint _memoryOctets;
    private readonly List<IDisposable> _rings = [];
    private int _descriptor;
    private byte* _memory;

    private XdpSocket(int descriptor, int queue, in XdpMemoryPlan plan)
    {
        _descriptor = descriptor;
        Queue = queue;
        Plan = plan;
        _memoryOctets = (nuint)plan.Frames * (nuint)plan.FrameOctets;
        Receive = null!; // Set before anybody sees the socket: Open fills them all or throws.
        Transmit = null!;
        Fill = null!;
        Completion = null!;
    }

    public int Queue { get; }

    public int Descriptor => _descriptor;

    public XdpMemoryPlan Plan { get; }

    public XdpRing<XdpDescriptor> Receive { get; private set; }

    public XdpRing<XdpDescriptor> Transmit { get; private set; }

    public XdpRing<ulong> Fill { get; private set; }

    public XdpRing<ulong> Completion { get; private set; }

    /// <summary>Whether the device itself reads and writes our memory.</summary>
    public bool IsZeroCopy
    {
        get
        {
            const uint FlagZeroCopy = 1;
            uint flags = 0;
            uint length = sizeof(uint);
            return Libc.GetOption(_descriptor, LevelXdp, OptionFlags, &flags, &length) == 0 && (flags & FlagZeroCopy) != 0;
        }
    }

    /// <summary>Opens a socket for one queue, with all frames given to the kernel.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="plan">The memory for its frames.</param>
    /// <param name="allowZeroCopy">Let the kernel choose; else it copies.</param>
    /// <exception cref="XdpException">Something is missing; nothing is left open.</exception>
    public static XdpSocket Open(uint interfaceIndex, int queue, in XdpMemoryPlan plan, bool allowZeroCopy)
    {
        int descriptor = Libc.Socket(FamilyXdp, TypeRaw | Linux.TypeCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Failed(XdpStep.OpenSocket);
        }

        XdpSocket socket = new(descriptor, queue, plan);
        try
        {
            socket.RegisterMemory();
            socket.CreateRings();
            for (ulong frame = 0; frame < (ulong)plan.Frames; frame++)
            {
                socket.Fill.Write(frame * (ulong)plan.FrameOctets);
            }

            socket.Fill.Publish();
            socket.Bind(interfaceIndex, allowZeroCopy);
            return socket;
        }
        catch (XdpException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The octets of a received frame.</summary>
    public ReadOnlySpan<byte> Frame(in XdpDescriptor descriptor) => new(_memory + descriptor.Address, (int)descriptor.Length);

    /// <summary>The same with all the room behind it: where its answer is written.</summary>
    public Span<byte> FrameMemory(in XdpDescriptor descriptor)
    {
        int frameMask = Plan.FrameOctets - 1;
        return new Span<byte>(_memory + descriptor.Address, Plan.FrameOctets - ((int)descriptor.Address & frameMask));
    }

    /// <summary>The beginning of the frame that an address is in.</summary>
    public ulong StartOf(ulong address) => address & ~(ulong)(Plan.FrameOctets - 1);

    /// <summary>Makes the kernel send what the transmit ring holds. False when it cannot now.</summary>
    public bool TryKickTransmit() =>
        Libc.SendTo(_descriptor, null, 0, Linux.MessageDontWait, null, 0) >= 0
        || Marshal.GetLastPInvokeError() is Errno.WouldBlock or Errno.Busy or Errno.NoBufferSpace;

    /// <summary>
    /// Frames that the kernel dropped because the receive ring was full or no frame was free. Safe from any thread while
    /// the socket is open.
    /// </summary>
    public long Drops()
    {
        // struct xdp_statistics: rx_dropped, rx_invalid_descs, tx_invalid_descs, rx_ring_full, and more in newer kernels.
        ulong* values = stackalloc ulong[6];
        uint length = 6 * sizeof(ulong);
        new Span<ulong>(values, 6).Clear();
        return Libc.GetOption(_descriptor, LevelXdp, OptionStatistics, values, &length) == 0 ? (long)(values[0] + values[3]) : 0;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }

        _rings.ForEach(static ring => ring.Dispose());
        _rings.Clear();
        if (_memory is not null)
        {
            _ = Libc.Unmap((nint)_memory, _memoryOctets);
            _memory = null;
        }
    }

    private static XdpException Failed(XdpStep step) => new(step, Marshal.GetLastPInvokeError());

    private void RegisterMemory()
    {
        nint memory = Libc.Map(
            0,
            _memoryOctets,
            Linux.ProtectReadWrite,
            Linux.MapPrivate | Linux.MapAnonymous | Linux.MapPopulate,
            -1,
            0);
        if (memory == -1)
        {
            throw Failed(XdpStep.RegisterMemory);
        }

        _memory = (byte*)memory;

        // struct xdp_umem_reg: address, octets, octets of a frame, headroom, flags, and a field of newer kernels.
        ulong* registration = stackalloc ulong[4];
        registration[0] = (ulong)memory;
        registration[1] = _memoryOctets;
        registration[2] = (uint)Plan.FrameOctets;
        registration[3] = 0;
        if (Libc.SetOption(_descriptor, LevelXdp, OptionMemory, registration, 4 * sizeof(ulong)) != 0)
        {
            throw Failed(XdpStep.RegisterMemory);
        }
    }

    private void CreateRings()
    {
        uint frames = (uint)Plan.Frames;
        uint inFlight = frames / 2;
        SetLength(OptionFillRing, frames);
        SetLength(OptionCompletionRing, frames);
        SetLength(OptionReceiveRing, inFlight);
        SetLength(OptionTransmitRing, inFlight);

        // struct xdp_mmap_offsets: receive, transmit, fill, completion.
        XdpRingOffsets* offsets = stackalloc XdpRingOffsets[4];
        uint length = 4 * (uint)sizeof(XdpRingOffsets);
        if (Libc.GetOption(_descriptor, LevelXdp, OptionMapOffsets, offsets, &length) != 0)
        {
            throw Failed(XdpStep.CreateRings);
        }

        Receive = Map<XdpDescriptor>(ReceiveRingOffset, offsets[0], inFlight);
        Transmit = Map<XdpDescriptor>(TransmitRingOffset, offsets[1], inFlight);
        Fill = Map<ulong>(FillRingOffset, offsets[2], frames);
        Completion = Map<ulong>(CompletionRingOffset, offsets[3], frames);
    }

    private void SetLength(int ring, uint length)
    {
        if (Libc.SetOption(_descriptor, LevelXdp, ring, &length, sizeof(uint)) != 0)
        {
            throw Failed(XdpStep.CreateRings);
        }
    }

    private XdpRing<T> Map<T>(long ring, in XdpRingOffsets offsets, uint length)
        where T : unmanaged
    {
        XdpRing<T> mapped = XdpRing<T>.Map(_descriptor, ring, offsets, length) ?? throw Failed(XdpStep.CreateRings);
        _rings.Add(mapped);
        return mapped;
    }

    private void Bind(uint interfaceIndex, bool allowZeroCopy)
    {
        // struct sockaddr_xdp: family, flags, interface, queue, descriptor of shared memory. Without a flag for either
        // the kernel uses zero copy when the driver can, and copies when not.
        byte* address = stackalloc byte[16];
        *(ushort*)address = FamilyXdp;
        *(ushort*)(address + 2) = allowZeroCopy ? BindNeedWakeup : (ushort)(BindNeedWakeup | BindCopy);
        *(uint*)(address + 4) = interfaceIndex;
        *(uint*)(address + 8) = (uint)Queue;
        *(uint*)(address + 12) = 0;
        for (int attempt = 1; Libc.Bind(_descriptor, address, 16) != 0; attempt++)
        {
            if (Marshal.GetLastPInvokeError() != Errno.Busy || attempt == BindAttempts)
            {
                throw Failed(XdpStep.BindQueue);
            }

            TimeSpec pause = new() { Nanoseconds = BindPauseNanoseconds };
            _ = Libc.Sleep(&pause, null);
        }
    }
}
