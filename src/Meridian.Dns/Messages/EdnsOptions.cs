using System.Buffers.Binary;

namespace Meridian.Dns.Messages;

/// <summary>What a query's OPT record says (RFC 6891 §6.1). All zero when the query has none.</summary>
public struct EdnsOptions
{
    private const int OptionHeaderLength = 4;
    private const uint DnssecOkBit = 0x8000;

    // One octet for all of them: what is read of the struct right after it was written should be little.
    private Requests _requests;

    /// <summary>Whether there was an OPT record.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>DO (RFC 3225).</summary>
    public bool IsDnssecOk { get; private set; }

    /// <summary>Whether the client asks who answers (RFC 5001).</summary>
    public readonly bool IsNsidRequested => (_requests & Requests.Nsid) != 0;

    /// <summary>Whether the client asks for the idle time-out of its connection (RFC 7828).</summary>
    public readonly bool HasTcpKeepalive => (_requests & Requests.TcpKeepalive) != 0;

    /// <summary>Whether the client asks for extended errors (RFC 8914), with more than the server tells everybody.</summary>
    public readonly bool IsExtendedErrorRequested => (_requests & Requests.ExtendedError) != 0;

    /// <summary>Whether <see cref="ClientSubnet"/> was in the query.</summary>
    public bool HasClientSubnet { get; private set; }

    /// <summary>EDNS version; options are read for version 0 only, another is answered with BADVERS (RFC 6891 §6.1.3).</summary>
    public byte Version { get; private set; }

    /// <summary>The upper eight bits of the response code, as they stand; zero in sane queries.</summary>
    public byte ExtendedRcode { get; private set; }

    /// <summary>Octets of a cookie, 8 or 16 to 40 (RFC 7873 §4); 0 when there is none.</summary>
    public byte CookieLength { get; private set; }

    /// <summary>Where the cookie begins, from the start of the message.</summary>
    public ushort CookieOffset { get; private set; }

    /// <summary>The largest datagram the client takes, as sent; below 512 means 512 (RFC 6891 §6.2.3).</summary>
    public ushort UdpPayloadSize { get; private set; }

    /// <summary>The client's network (RFC 7871).</summary>
    public ClientSubnet ClientSubnet { get; private set; }

    public readonly bool HasCookie => CookieLength != 0;

    /// <summary>Reads the OPT record whose CLASS field is at <paramref name="offset"/>.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Of CLASS; CLASS, TTL and RDLENGTH (8 octets) are known to be there.</param>
    /// <param name="rdataLength">RDLENGTH; the RDATA is known to be there.</param>
    internal QueryParseStatus Parse(ReadOnlySpan<byte> message, int offset, int rdataLength)
    {
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(offset + 2)..]);
        IsPresent = true;
        UdpPayloadSize = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        ExtendedRcode = (byte)(ttl >> 24);
        Version = (byte)(ttl >> 16);
        IsDnssecOk = (ttl & DnssecOkBit) != 0;
        return rdataLength == 0 || Version != 0
            ? QueryParseStatus.Ok
            : ParseOptions(message, offset + 8, offset + 8 + rdataLength);
    }

    private QueryParseStatus ParseOptions(ReadOnlySpan<byte> message, int offset, int end)
    {
        while (offset < end)
        {
            if (end - offset < OptionHeaderLength)
            {
                return QueryParseStatus.BadEdns;
            }
            uint header = BinaryPrimitives.ReadUInt32BigEndian(message[offset..]);
            int length = (int)(header & 0xFFFF);
            offset += OptionHeaderLength;
            if (length > end - offset)
            {
                return QueryParseStatus.BadEdns;
            }
            QueryParseStatus status = ParseOption((EdnsOptionCode)(header >> 16), message, offset, length);
            if (status != QueryParseStatus.Ok)
            {
                return status;
            }
            offset += length;
        }
        return QueryParseStatus.Ok;
    }

    private QueryParseStatus ParseOption(EdnsOptionCode code, ReadOnlySpan<byte> message, int offset, int length)
    {
        switch (code)
        {
            case EdnsOptionCode.ClientSubnet when !HasClientSubnet:
                // RFC 7871 §7.1.2: the scope must be 0 in a query.
                if (!ClientSubnet.TryParse(message.Slice(offset, length), out ClientSubnet subnet) || subnet.ScopePrefixLength != 0)
                {
                    return QueryParseStatus.BadClientSubnet;
                }
                ClientSubnet = subnet;
                HasClientSubnet = true;
                break;
            case EdnsOptionCode.Cookie when CookieLength == 0:
                // RFC 7873 §5.2: cookies after the first are ignored. §5.2.2: an impossible length is FORMERR.
                if (length is not (8 or (>= 16 and <= 40)))
                {
                    return QueryParseStatus.BadCookie;
                }
                CookieOffset = (ushort)offset;
                CookieLength = (byte)length;
                break;
            case EdnsOptionCode.Nsid:
                _requests |= Requests.Nsid;
                break;
            case EdnsOptionCode.TcpKeepalive:
                _requests |= Requests.TcpKeepalive;
                break;
            case EdnsOptionCode.ExtendedError:
                _requests |= Requests.ExtendedError;
                break;
        }
        // RFC 6891 §6.1.2: options not understood are ignored.
        return QueryParseStatus.Ok;
    }

    /// <summary>Options without anything in them: what a client asks to be told.</summary>
    [Flags]
    private enum Requests : byte
    {
        Nsid = 1,
        TcpKeepalive = 2,
        ExtendedError = 4,
    }
}
