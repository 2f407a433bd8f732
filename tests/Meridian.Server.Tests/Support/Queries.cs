using System.Buffers.Binary;
using System.Text;

namespace Meridian.Server.Tests.Support;

/// <summary>Query messages and their echoes.</summary>
internal static class Queries
{
    public static byte[] Query(ushort id, string label, ushort type = 1)
    {
        byte[] name = Encoding.ASCII.GetBytes(label);
        byte[] message = new byte[12 + 1 + name.Length + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[5] = 1;
        message[12] = (byte)name.Length;
        name.CopyTo(message, 13);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 4), type);
        message[^1] = 1;
        return message;
    }

    /// <summary>A padded query: the question, then zeros up to the length.</summary>
    public static byte[] Padded(ushort id, string label, int length)
    {
        byte[] message = Query(id, label);
        Array.Resize(ref message, length);
        return message;
    }

    public static byte[] EchoOf(byte[] query)
    {
        byte[] echo = [.. query];
        echo[2] |= 0x80;
        return echo;
    }

    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    /// <summary>The number that the echo appended.</summary>
    public static long Number(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt64BigEndian(message[^8..]);

    public static byte[] Framed(params byte[][] messages)
    {
        using MemoryStream frames = new();
        foreach (byte[] message in messages)
        {
            frames.WriteByte((byte)(message.Length >> 8));
            frames.WriteByte((byte)message.Length);
            frames.Write(message);
        }

        return frames.ToArray();
    }
}
