using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>
/// Names one decision: which state of the server answered which query. It carries all that is needed to decide anew, so the
/// server remembers nothing for it, and it is as good after a restart as before. Written in letters and digits that survive
/// being read out (base32hex, RFC 4648 §7).
/// </summary>
public sealed record DecisionId
{
    /// <summary>The longest text: with its key it still is one character string of a TXT record.</summary>
    public const int MaxTextLength = 250;

    /// <summary>Longer names are left out of the id and have to be given beside it.</summary>
    public const int MaxNameLength = 96;

    private const byte Version = 1;
    private const int MaxPayloadLength = 160;
    private const string Digits = "0123456789abcdefghijklmnopqrstuv";

    /// <summary>The state that answered; see <see cref="Snapshot.DataPlaneImage.Stamp"/>.</summary>
    public required long Stamp { get; init; }

    /// <summary>Who asked, how, and when.</summary>
    public required ClientInfo Client { get; init; }

    /// <summary>The name that was asked for, or null when it was too long to be in the id.</summary>
    public required DomainName? Name { get; init; }

    public required RecordType Type { get; init; }

    /// <summary>The query but for its name.</summary>
    public required QueryBuilder Query { get; init; }

    /// <summary>The query, for a name in presentation format.</summary>
    public byte[] ToQuery(string name) => (Query with { Name = name }).Build();

    /// <summary>Reads an id.</summary>
    /// <param name="text">As it was told, in either case.</param>
    /// <param name="id">The id.</param>
    /// <returns>False for anything that is no id, or has a character wrong.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out DecisionId? id)
    {
        id = null;
        Span<byte> payload = stackalloc byte[MaxPayloadLength];
        if (!TryDecode(text, payload, out int length) || length < 2 || payload[0] >> 4 != Version)
        {
            return false;
        }
        PayloadReader reader = new(payload[..(length - 1)]);
        if (payload[length - 1] != Checksum(payload[..(length - 1)]))
        {
            return false;
        }
        id = Read(ref reader);
        return id is not null && reader.IsAtEnd;
    }

    /// <summary>Writes the id of the decision about to be made.</summary>
    /// <param name="view">The query.</param>
    /// <param name="client">Who asked.</param>
    /// <param name="stamp">The state that answers.</param>
    /// <param name="text">Receives ASCII; <see cref="MaxTextLength"/> octets.</param>
    /// <returns>Octets written.</returns>
    internal static int Write(in QueryView view, in ClientInfo client, long stamp, Span<byte> text)
    {
        Span<byte> payload = stackalloc byte[MaxPayloadLength];
        bool hasName = view.QNameLength <= MaxNameLength;
        Parts parts = (client.Address.IsIPv4 ? 0 : Parts.IPv6Source)
            | (client.Transport == Transport.Tcp ? Parts.Tcp : 0)
            | (view.Edns.HasClientSubnet ? Parts.Subnet : 0)
            | (hasName ? Parts.Name : 0)
            | ((view.Flags & MessageFlags.RecursionDesired) != 0 ? Parts.RecursionDesired : 0)
            | (view.Edns.IsPresent ? Parts.Edns : 0)
            | (view.Edns.IsDnssecOk ? Parts.DnssecOk : 0)
            | (view.Edns.IsNsidRequested ? Parts.Nsid : 0)
            | (view.Edns.IsExtendedErrorRequested ? Parts.ExtendedError : 0);
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)(Version << 12 | (int)parts));
        BinaryPrimitives.WriteUInt64BigEndian(payload[2..], (ulong)stamp << 16);
        BinaryPrimitives.WriteUInt32BigEndian(payload[8..], (uint)client.UnixSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(payload[12..], client.Port);
        BinaryPrimitives.WriteUInt16BigEndian(payload[14..], view.Id);
        BinaryPrimitives.WriteUInt16BigEndian(payload[16..], (ushort)view.QType);
        int position = 18 + WriteAddress(client.Address, payload[18..]);
        if (view.Edns.IsPresent)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload[position..], view.Edns.UdpPayloadSize);
            position += sizeof(ushort);
        }
        if (view.Edns.HasClientSubnet)
        {
            ClientSubnet subnet = view.Edns.ClientSubnet;
            subnet.TryWrite(payload[position..]);
            position += subnet.OptionLength;
        }
        if (hasName)
        {
            view.QName.CopyTo(payload[position..]);
            position += view.QNameLength;
        }
        payload[position] = Checksum(payload[..position]);
        return Encode(payload[..(position + 1)], text);
    }

    private static int WriteAddress(ClientAddress address, Span<byte> payload)
    {
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, address.IPv4);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(payload, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(payload[8..], address.Low);
        return 16;
    }

    private static DecisionId? Read(ref PayloadReader reader)
    {
        Parts parts = (Parts)(reader.ReadUInt16() & 0xFFF);
        long stamp = (long)(reader.ReadUInt16() | 0UL) << 32 | reader.ReadUInt32();
        long seconds = reader.ReadUInt32();
        ushort port = reader.ReadUInt16();
        ushort messageId = reader.ReadUInt16();
        RecordType type = (RecordType)reader.ReadUInt16();
        ReadOnlySpan<byte> source = reader.Read(parts.HasFlag(Parts.IPv6Source) ? 16 : 4);
        ushort? payloadSize = parts.HasFlag(Parts.Edns) ? reader.ReadUInt16() : null;
        ClientSubnet? subnet = parts.HasFlag(Parts.Subnet) ? reader.ReadSubnet() : null;
        DomainName? name = null;
        if (reader.HasFailed
            || (parts.HasFlag(Parts.Name) && DomainName.TryFromWire(reader.ReadRest(), out name) != DomainNameError.None))
        {
            return null;
        }
        return new DecisionId
        {
            Stamp = stamp,
            Client = new ClientInfo(
                ClientAddress.FromOctets(source), port, parts.HasFlag(Parts.Tcp) ? Transport.Tcp : Transport.Udp, seconds),
            Name = name,
            Type = type,
            Query = new QueryBuilder(".", type)
            {
                Id = messageId,
                Flags = parts.HasFlag(Parts.RecursionDesired) ? MessageFlags.RecursionDesired : 0,
                UdpPayloadSize = payloadSize,
                IsDnssecOk = parts.HasFlag(Parts.DnssecOk),
                IsNsidRequested = parts.HasFlag(Parts.Nsid),
                ClientSubnet = subnet,
                Options = parts.HasFlag(Parts.ExtendedError) ? [new EdnsOption(EdnsOptionCode.ExtendedError, default)] : [],
            },
        };
    }

    private static byte Checksum(ReadOnlySpan<byte> payload)
    {
        ulong hash = Version;
        foreach (byte octet in payload)
        {
            hash = DrawHash.Mix(hash, octet);
        }
        return (byte)hash;
    }

    private static int Encode(ReadOnlySpan<byte> payload, Span<byte> text)
    {
        int length = 0;
        int bits = 0;
        int pending = 0;
        foreach (byte octet in payload)
        {
            pending = pending << 8 | octet;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[length++] = (byte)Digits[pending >> bits & 31];
            }
            pending &= (1 << bits) - 1;
        }
        if (bits > 0)
        {
            text[length++] = (byte)Digits[pending << (5 - bits) & 31];
        }
        return length;
    }

    private static bool TryDecode(string text, Span<byte> payload, out int length)
    {
        length = 0;
        int bits = 0;
        int pending = 0;
        foreach (char character in text)
        {
            int value = Digits.IndexOf(char.ToLowerInvariant(character), StringComparison.Ordinal);
            if (value < 0 || length == payload.Length)
            {
                return false;
            }
            pending = (pending << 5 | value) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                payload[length++] = (byte)(pending >> bits);
            }
        }
        return true;
    }

    [Flags]
    private enum Parts
    {
        IPv6Source = 1,
        Tcp = 2,
        Subnet = 4,
        Name = 8,
        RecursionDesired = 16,
        Edns = 32,
        DnssecOk = 64,
        Nsid = 128,
        ExtendedError = 256,
    }

    /// <summary>Reads a payload; what is not there reads as zero, and is remembered.</summary>
    private ref struct PayloadReader(ReadOnlySpan<byte> payload)
    {
        private readonly ReadOnlySpan<byte> _payload = payload;
        private int _position;

        public bool HasFailed { get; private set; }

        public readonly bool IsAtEnd => _position == _payload.Length;

        public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Read(sizeof(ushort)));

        public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Read(sizeof(uint)));

        public ReadOnlySpan<byte> ReadRest() => Read(_payload.Length - _position);

        public ClientSubnet? ReadSubnet()
        {
            int length = _position + ClientSubnet.FixedLength <= _payload.Length
                ? ClientSubnet.FixedLength + ((_payload[_position + 2] + 7) >> 3)
                : 0;
            if (ClientSubnet.TryParse(Read(length), out ClientSubnet subnet))
            {
                return subnet;
            }
            HasFailed = true;
            return null;
        }

        public ReadOnlySpan<byte> Read(int length)
        {
            if (_payload.Length - _position < length)
            {
                HasFailed = true;
                return new byte[length];
            }
            ReadOnlySpan<byte> read = _payload.Slice(_position, length);
            _position += length;
            return read;
        }
    }
}
