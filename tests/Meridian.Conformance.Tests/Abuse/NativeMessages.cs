using System.Runtime.InteropServices;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct mmsghdr of a 64-bit Linux: struct msghdr and the octets that were taken.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct NativeMessage
{
    [FieldOffset(0)]
    public byte* Name;

    [FieldOffset(8)]
    public uint NameLength;

    [FieldOffset(16)]
    public NativeVector* Vectors;

    [FieldOffset(24)]
    public nuint VectorCount;

    [FieldOffset(32)]
    public byte* Control;

    [FieldOffset(40)]
    public nuint ControlLength;

    [FieldOffset(48)]
    public int Flags;

    [FieldOffset(56)]
    public uint Taken;
}

/// <summary>Many datagrams with one call: what a flood of some 100,000 a second is made with on one core.</summary>
internal static unsafe partial class NativeMessages
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(int descriptor, NativeMessage* messages, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(int descriptor, NativeMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int option, void* value, uint length);
}
