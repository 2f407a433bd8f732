using System.Buffers.Binary;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering.Cookies;

namespace Meridian.Engine.Answering;

/// <summary>
/// The OPT record of a response (RFC 6891 §6.1), measured before the records are written and written behind them. Options
/// that the server does not know, and padding, which is for encrypted transports (RFC 7830 §6), are not answered.
/// </summary>
internal readonly ref struct OptRecord
{
    private const int FixedLength = 11;
    private const int OptionHeaderLength = 4;
    private const uint DnssecOkBit = 0x8000;

    // References: both live on the caller's stack, and copying what was just written field by field is what an answer
    // with EDNS spent most of its time with.
    private readonly ref readonly EdnsOptions _query;
    private readonly ref readonly CookieCheck _cookie;
    private readonly byte[] _nameServerId;
    private readonly ushort _keepaliveUnits;
    private readonly ushort _udpPayloadSize;

    /// <summary>What to answer to a query's OPT record; nothing when it has none.</summary>
    /// <param name="query">The query's.</param>
    /// <param name="cookie">Its cookie, checked.</param>
    /// <param name="nameServerId">NSID; empty for none.</param>
    /// <param name="keepaliveUnits">The connection's idle time-out in units of 100 ms; 0 tells none (RFC 7828 §3.1).</param>
    /// <param name="udpPayloadSize">The largest datagram that the server takes.</param>
    public OptRecord(
        in EdnsOptions query, in CookieCheck cookie, byte[] nameServerId, ushort keepaliveUnits, int udpPayloadSize)
    {
        _query = ref query;
        _cookie = ref cookie;
        _nameServerId = query.IsNsidRequested ? nameServerId : [];
        _keepaliveUnits = query.HasTcpKeepalive ? keepaliveUnits : (ushort)0;
        _udpPayloadSize = (ushort)udpPayloadSize;
    }

    /// <summary>RFC 6891 §6.1.1: a response has OPT when the query had.</summary>
    public bool IsPresent => _query.IsPresent;

    /// <summary>What counters say of it.</summary>
    public AnswerFlags Flags => !_query.IsPresent ? AnswerFlags.None : AnswerFlags.Edns
        | (_query.HasClientSubnet ? AnswerFlags.ClientSubnet : 0)
        | (_query.IsDnssecOk ? AnswerFlags.DnssecOk : 0)
        | (_cookie.Status == CookieStatus.Valid ? AnswerFlags.ValidCookie : 0);

    /// <summary>Octets that it takes without an extended error.</summary>
    public int Length => !_query.IsPresent ? 0
        : FixedLength
            + (_query.HasClientSubnet ? OptionHeaderLength + _query.ClientSubnet.OptionLength : 0)
            + (_cookie.IsAnswered ? OptionHeaderLength + CookieCheck.Length : 0)
            + (_nameServerId.Length > 0 ? OptionHeaderLength + _nameServerId.Length : 0)
            + (_keepaliveUnits > 0 ? OptionHeaderLength + sizeof(ushort) : 0);

    /// <summary>Writes it.</summary>
    /// <param name="opt">All the room that is left; at least <see cref="Length"/> octets.</param>
    /// <param name="rcode">The response code, of which it holds the upper bits.</param>
    /// <param name="scope">How many bits of the client's network the answer depends on.</param>
    /// <param name="error">The extended error, or none.</param>
    /// <returns>Octets written.</returns>
    public int Write(Span<byte> opt, Rcode rcode, int scope, ExtendedErrorCode error)
    {
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)RecordType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], _udpPayloadSize);
        // RFC 6891 §6.1.3: the upper eight bits of the response code; version 0; RFC 3225 §3: DO is copied.
        BinaryPrimitives.WriteUInt32BigEndian(opt[5..], (uint)rcode >> 4 << 24 | (_query.IsDnssecOk ? DnssecOkBit : 0));
        int position = FixedLength;
        if (_query.HasClientSubnet)
        {
            // RFC 7871 §7.2.1: the family, prefix and address of the query, with the scope of this answer. What
            // asks not to be looked at (source prefix 0) has scope 0.
            ClientSubnet subnet = _query.ClientSubnet;
            subnet = subnet with { ScopePrefixLength = subnet.SourcePrefixLength == 0 ? (byte)0 : (byte)scope };
            position += WriteHeader(opt[position..], EdnsOptionCode.ClientSubnet, subnet.OptionLength);
            subnet.TryWrite(opt[position..]);
            position += subnet.OptionLength;
        }
        if (_cookie.IsAnswered)
        {
            position += WriteHeader(opt[position..], EdnsOptionCode.Cookie, CookieCheck.Length);
            _cookie.Write(opt[position..]);
            position += CookieCheck.Length;
        }
        if (_nameServerId.Length > 0)
        {
            position += WriteHeader(opt[position..], EdnsOptionCode.Nsid, _nameServerId.Length);
            _nameServerId.CopyTo(opt[position..]);
            position += _nameServerId.Length;
        }
        if (_keepaliveUnits > 0)
        {
            position += WriteNumber(opt[position..], EdnsOptionCode.TcpKeepalive, _keepaliveUnits);
        }
        // RFC 8914 §3: extended errors are dropped before any other data is, so no room is kept for them.
        if (error != ExtendedErrorCode.None && opt.Length - position >= OptionHeaderLength + sizeof(ushort))
        {
            position += WriteError(opt[position..], error, ExtendedErrorText.Of(error));
        }
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)(position - FixedLength));
        return position;
    }

    /// <summary>Adds an extended error to a record that was written without one, as far as there is room.</summary>
    /// <param name="opt">The record, and all the room that is left behind it.</param>
    /// <param name="length">The record's length.</param>
    /// <param name="error">The code.</param>
    /// <param name="text">The words, in UTF-8.</param>
    /// <returns>Octets added.</returns>
    public static int AppendError(Span<byte> opt, int length, ExtendedErrorCode error, ReadOnlySpan<byte> text)
    {
        if (opt.Length - length < OptionHeaderLength + sizeof(ushort))
        {
            return 0;
        }
        int added = WriteError(opt[length..], error, text);
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)(length + added - FixedLength));
        return added;
    }

    /// <summary>The code, and the words for people (RFC 8914 §2) if they fit too.</summary>
    private static int WriteError(Span<byte> option, ExtendedErrorCode error, ReadOnlySpan<byte> text)
    {
        int length = WriteNumber(option, EdnsOptionCode.ExtendedError, (ushort)error);
        if (!text.TryCopyTo(option[length..]))
        {
            return length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(option[sizeof(ushort)..], (ushort)(sizeof(ushort) + text.Length));
        return length + text.Length;
    }

    private static int WriteHeader(Span<byte> option, EdnsOptionCode code, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(option[sizeof(ushort)..], (ushort)length);
        return OptionHeaderLength;
    }

    private static int WriteNumber(Span<byte> option, EdnsOptionCode code, ushort number)
    {
        BinaryPrimitives.WriteUInt16BigEndian(option[WriteHeader(option, code, sizeof(ushort))..], number);
        return OptionHeaderLength + sizeof(ushort);
    }
}
