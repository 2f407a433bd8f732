using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>
/// The libc calls of the transports, as they are: a negative result is a failure and
/// <see cref="Marshal.GetLastPInvokeError"/> is errno. Every signature is blittable, so a call allocates nothing.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    private const int NoDescriptor = -1;

    /// <summary>
    /// Makes each call of the data path once, where it does nothing: the first call looks the function up and allocates 24
    /// to 32 octets, which would otherwise be in the middle of a flood, when a thread sleeps or waits for the first time.
    /// </summary>
    public static void BindDataPath()
    {
        TimeSpec none = default;
        _ = Sleep(&none, null);
        _ = Poll(null, 0, 0);
        _ = EpollWait(NoDescriptor, null, 1, 0);
        _ = EpollControl(NoDescriptor, 0, NoDescriptor, null);
        _ = ReceiveMessages(NoDescriptor, null, 0, 0, null);
        _ = SendMessages(NoDescriptor, null, 0, 0);
        _ = Receive(NoDescriptor, null, 0, 0);
        _ = Send(NoDescriptor, null, 0, 0);
        _ = SendTo(NoDescriptor, null, 0, 0, null, 0);
        _ = Accept(NoDescriptor, null, null, 0);
        _ = Close(NoDescriptor);
    }

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(
        int descriptor, MultiMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(int descriptor, MultiMessage* messages, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "nanosleep", SetLastError = true)]
    public static partial int Sleep(TimeSpec* duration, TimeSpec* remaining);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int thread, nuint length, ulong* mask);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nuint length, ulong* mask);

    /// <summary>The kernel's number of the calling thread. A function of its own it is only since glibc 2.30.</summary>
    public static int GetThreadId() =>
        (int)SystemCall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 186 : 178, 0, null, 0);

    /// <summary>With <see cref="Linux.PriorityOfThread"/>: of one thread alone.</summary>
    [LibraryImport(Library, EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, uint id, int nice);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        int descriptor, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    /// <summary>ioctl is variadic in C; Linux on x64 and arm64 passes its third argument as any other.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>For the calls that libc has no function for.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, void* second, nint third);

    [LibraryImport(Library, EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);
}
