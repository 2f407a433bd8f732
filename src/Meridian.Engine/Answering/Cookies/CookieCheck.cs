using System.Buffers.Binary;

namespace Meridian.Engine.Answering.Cookies;

/// <summary>What a query's cookie says of its sender.</summary>
internal enum CookieStatus : byte
{
    /// <summary>There is none, or cookies are off: nothing is answered to it (RFC 7873 §5.2.1).</summary>
    None,

    /// <summary>Only the client's own half (RFC 7873 §5.2.3).</summary>
    ClientOnly,

    /// <summary>The server's half is not one that this server gave to this address lately (RFC 7873 §5.2.4).</summary>
    Invalid,

    /// <summary>The sender has received an answer from here: the address is its own (RFC 7873 §5.2.5).</summary>
    Valid,
}

/// <summary>A query's cookie, checked, with the cookie to answer. By value: the answer is written over the query.</summary>
/// <param name="Status">What it says of the sender.</param>
/// <param name="Client">The client's half as it came, in host order.</param>
/// <param name="Head">Version, reserved octets and time of the server's half to answer.</param>
/// <param name="Hash">The hash of it, in the order of SipHash.</param>
internal readonly record struct CookieCheck(CookieStatus Status, ulong Client, ulong Head, ulong Hash)
{
    /// <summary>Octets of the cookie to answer: the client's half and an interoperable server's (RFC 9018 §4).</summary>
    public const int Length = 24;

    public bool IsAnswered => Status != CookieStatus.None;

    /// <summary>Writes the cookie to answer.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Client);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Head);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Hash);
    }
}
