using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Host.Quickstart;

/// <summary>
/// The two messages the sampler needs: a query for A with a client subnet, and the addresses of its answer. A client's view
/// on purpose, that shares no code with the server it looks at.
/// </summary>
internal static class SampleMessage
{
    /// <summary>Octets that any query of <see cref="QuickstartPlan"/> fits in.</summary>
    public const int LengthMax = 512;

    private const int HeaderLength = 12;
    private const ushort TypeA = 1;
    private const ushort TypeOpt = 41;
    private const ushort ClassIn = 1;
    private const ushort OptionClientSubnet = 8;

    /// <summary>Writes a query (RFC 1035 §4.1) with EDNS (RFC 6891 §6.1) and, when there is one, a client subnet (RFC 7871 §6).</summary>
    /// <returns>Its length in octets.</returns>
    public static int WriteQuery(Span<byte> buffer, ushort id, SamplePlan plan)
    {
        buffer[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        // QDCOUNT and ARCOUNT; all flags are clear, no recursion is desired of an authoritative server.
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], 1);
        int at = HeaderLength + WriteName(buffer[HeaderLength..], plan.Name);
        at += Write(buffer[at..], TypeA, ClassIn);
        // The root, OPT, a payload of 1232 octets, no extended flags.
        buffer[at++] = 0;
        at += Write(buffer[at..], TypeOpt, 1232, 0, 0);
        int lengthAt = at;
        at += 2;
        at += WriteSubnet(buffer[at..], plan);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[lengthAt..], (ushort)(at - lengthAt - 2));
        return at;
    }

    /// <summary>Reads the addresses of a response's answer section. Whatever is malformed has none from there on.</summary>
    public static IReadOnlyList<IPAddress> ReadAddresses(ReadOnlySpan<byte> message, ushort id)
    {
        var addresses = new List<IPAddress>();
        if (message.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(message) != id)
        {
            return addresses;
        }
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int at = HeaderLength;
        for (int index = 0; index < questions && SkipName(message, ref at); index++)
        {
            at += 4;
        }
        for (int index = 0; index < answers && SkipName(message, ref at) && at + 10 <= message.Length; index++)
        {
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
            {
                break;
            }
            if (type == TypeA && length == 4)
            {
                addresses.Add(new IPAddress(message.Slice(at, 4)));
            }
            at += length;
        }
        return addresses;
    }

    private static int WriteName(Span<byte> buffer, string name)
    {
        int at = 0;
        foreach (string label in name.Split('.'))
        {
            buffer[at] = (byte)Encoding.ASCII.GetBytes(label, buffer[(at + 1)..]);
            at += 1 + buffer[at];
        }
        buffer[at] = 0;
        return at + 1;
    }

    private static int WriteSubnet(Span<byte> buffer, SamplePlan plan)
    {
        if (plan.Subnet is not { } subnet)
        {
            return 0;
        }
        // Only the octets that the prefix covers are sent; the plan's prefixes end on octets.
        int octets = plan.PrefixLength / 8;
        int family = subnet.AddressFamily == AddressFamily.InterNetwork ? 1 : 2;
        int at = Write(buffer, OptionClientSubnet, (ushort)(4 + octets), (ushort)family);
        buffer[at++] = (byte)plan.PrefixLength;
        buffer[at++] = 0;
        subnet.GetAddressBytes().AsSpan(0, octets).CopyTo(buffer[at..]);
        return at + octets;
    }

    private static int Write(Span<byte> buffer, params ReadOnlySpan<ushort> values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(index * 2)..], values[index]);
        }
        return values.Length * 2;
    }

    // A compression pointer ends a name (RFC 1035 §4.1.4); where it points does not matter for skipping.
    private static bool SkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            int length = message[at];
            if (length >= 0xC0)
            {
                at += 2;
                return at <= message.Length;
            }
            at += 1 + length;
            if (length == 0)
            {
                return true;
            }
        }
        return false;
    }
}
