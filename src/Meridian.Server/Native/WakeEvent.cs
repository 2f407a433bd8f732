using Microsoft.Win32.SafeHandles;

namespace Meridian.Server.Native;

/// <summary>An eventfd: lets any thread wake a loop that waits in poll or epoll.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly SafeFileHandle _handle;

    public WakeEvent()
    {
        int descriptor = Libc.EventDescriptor(0, Linux.TypeNonBlocking | Linux.TypeCloseOnExec);
        if (descriptor < 0)
        {
            throw NativeFailure.Exception("eventfd");
        }

        // A safe handle, because other threads write: the descriptor's number cannot be reused under a writer.
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Descriptor = descriptor;
    }

    /// <summary>For the owner's poll set.</summary>
    public int Descriptor { get; }

    /// <summary>Wakes the owner. A full counter (EAGAIN) means that it is already awake.</summary>
    public void Signal()
    {
        ulong one = 1;
        _ = Libc.Write(_handle, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Called by the owner after waking.</summary>
    public void Reset()
    {
        ulong count;
        _ = Libc.Read(_handle, (byte*)&count, sizeof(ulong));
    }

    public void Dispose() => _handle.Dispose();
}
