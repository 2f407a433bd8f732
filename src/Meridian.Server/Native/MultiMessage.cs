using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>
/// struct msghdr of a 64-bit Linux: 56 octets; the compiler's padding after the two 32-bit fields is C's.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct mmsghdr: 64 octets, one cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessage
{
    public MessageHeader Header;

    /// <summary>Octets received or sent.</summary>
    public uint Length;
}
