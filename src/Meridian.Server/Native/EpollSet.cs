using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>What an epoll descriptor watches for.</summary>
[Flags]
internal enum EpollInterest : uint
{
    None = 0,
    Read = 1,
    Write = 4,
}

/// <summary>
/// A level-triggered epoll descriptor and the memory of its events. struct epoll_event is packed to 12 octets on x64
/// only (the kernel's EPOLL_PACKED) and has 16 elsewhere, so its fields are reached by offset.
/// </summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationDelete = 2;
    private const int OperationModify = 3;

    private readonly int _descriptor;
    private readonly int _capacity;
    private readonly int _stride;
    private readonly int _keyOffset;
    private byte* _events;

    /// <param name="capacity">Events taken by one <see cref="Wait"/>.</param>
    public EpollSet(int capacity)
    {
        Debug.Assert(capacity > 0);
        bool packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        _stride = packed ? 12 : 16;
        _keyOffset = packed ? 4 : 8;
        _capacity = capacity;
        _descriptor = Libc.EpollCreate(CloseOnExec);
        if (_descriptor < 0)
        {
            throw NativeFailure.Exception("epoll_create1");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)_stride);
    }

    public bool TryAdd(int descriptor, EpollInterest interest, ulong key) =>
        Control(OperationAdd, descriptor, interest, key);

    public bool TryModify(int descriptor, EpollInterest interest, ulong key) =>
        Control(OperationModify, descriptor, interest, key);

    public bool TryRemove(int descriptor) => Control(OperationDelete, descriptor, EpollInterest.None, 0);

    /// <summary>Blocks until something is ready; how many events there are to look at (none after a signal).</summary>
    public int Wait() => Math.Max(0, Libc.EpollWait(_descriptor, _events, _capacity, -1));

    /// <summary>The key given for the descriptor of the n-th event of the last <see cref="Wait"/>.</summary>
    public ulong Key(int index)
    {
        Debug.Assert((uint)index < (uint)_capacity);
        return *(ulong*)(_events + (index * _stride) + _keyOffset);
    }

    /// <summary>True when the n-th event says that sending is possible.</summary>
    public bool CanWrite(int index)
    {
        Debug.Assert((uint)index < (uint)_capacity);
        return (*(uint*)(_events + (index * _stride)) & (uint)EpollInterest.Write) != 0;
    }

    /// <summary>
    /// True when the n-th event says anything else: data, end of stream, or an error that a read will name.
    /// </summary>
    public bool CanRead(int index)
    {
        Debug.Assert((uint)index < (uint)_capacity);
        return (*(uint*)(_events + (index * _stride)) & ~(uint)EpollInterest.Write) != 0;
    }

    public void Dispose()
    {
        if (_events is null)
        {
            return;
        }

        _ = Libc.Close(_descriptor);
        NativeMemory.Free(_events);
        _events = null;
    }

    private bool Control(int operation, int descriptor, EpollInterest interest, ulong key)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = (uint)interest;
        *(ulong*)(change + _keyOffset) = key;
        return Libc.EpollControl(_descriptor, operation, descriptor, change) == 0;
    }
}
