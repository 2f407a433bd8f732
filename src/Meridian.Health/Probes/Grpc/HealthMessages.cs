using System.Buffers.Binary;
using System.Text;

namespace Meridian.Health.Probes.Grpc;

/// <summary>
/// The two messages of grpc.health.v1 in protocol-buffer form, and the five octets of gRPC framing before each: a flag for
/// compression and the length. Written by hand, because a code generator for two fields would be more than they are.
/// </summary>
internal static class HealthMessages
{
    internal const int FrameLength = 5;

    // Field number 1 in both messages, with its wire type: length-delimited text, and a varint.
    private const byte ServiceTag = 0x0A;
    private const byte StatusTag = 0x08;
    private const int MaxVarintLength = 10;

    /// <summary>HealthCheckRequest {service}, framed. The empty service is left out, as protocol buffers have it.</summary>
    internal static byte[] WriteRequest(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        List<byte> message = [];
        if (name.Length > 0)
        {
            message.Add(ServiceTag);
            for (uint length = (uint)name.Length; ; length >>= 7)
            {
                message.Add((byte)(length > 0x7F ? (length & 0x7F) | 0x80 : length));
                if (length <= 0x7F)
                {
                    break;
                }
            }

            message.AddRange(name);
        }

        byte[] framed = new byte[FrameLength + message.Count];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Count);
        message.CopyTo(framed, FrameLength);
        return framed;
    }

    /// <summary>Reads HealthCheckResponse {status}, framed; false when the octets are not one. Unknown fields are passed over.</summary>
    internal static bool TryReadResponse(ReadOnlySpan<byte> framed, out HealthServingStatus status)
    {
        status = HealthServingStatus.Unknown;
        if (framed.Length < FrameLength || framed[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(framed[1..]) != framed.Length - FrameLength)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = framed[FrameLength..];
        while (!rest.IsEmpty)
        {
            if (!TryReadVarint(ref rest, out ulong tag))
            {
                return false;
            }

            if (tag == StatusTag)
            {
                if (!TryReadVarint(ref rest, out ulong value))
                {
                    return false;
                }

                status = value <= (ulong)HealthServingStatus.ServiceUnknown ? (HealthServingStatus)value : HealthServingStatus.Unknown;
            }
            else if (!TrySkip(ref rest, (int)(tag & 7)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> octets, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(octets.Length, MaxVarintLength); i++)
        {
            value |= (ulong)(octets[i] & 0x7F) << (7 * i);
            if (octets[i] < 0x80)
            {
                octets = octets[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    // Wire types of protocol buffers: 0 varint, 1 eight octets, 2 length and octets, 5 four octets; the others are obsolete.
    private static bool TrySkip(ref ReadOnlySpan<byte> octets, int wireType)
    {
        ulong length;
        switch (wireType)
        {
            case 0:
                return TryReadVarint(ref octets, out _);
            case 1:
                length = 8;
                break;
            case 2 when TryReadVarint(ref octets, out length):
                break;
            case 5:
                length = 4;
                break;
            default:
                return false;
        }

        if (length > (ulong)octets.Length)
        {
            return false;
        }

        octets = octets[(int)length..];
        return true;
    }
}

/// <summary>The status of a service, with the numbers of grpc.health.v1.</summary>
internal enum HealthServingStatus
{
    Unknown = 0,
    Serving = 1,
    NotServing = 2,
    ServiceUnknown = 3,
}
