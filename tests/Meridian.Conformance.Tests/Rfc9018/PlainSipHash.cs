using System.Buffers.Binary;
using System.Numerics;

namespace Meridian.Conformance.Tests.Rfc9018;

/// <summary>SipHash-2-4 as its paper says it, to hold the servers' against.</summary>
internal static class PlainSipHash
{
    /// <summary>The hash in the octet order of cookies.</summary>
    public static byte[] Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        ulong k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        ulong[] v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573];
        byte[] padded = new byte[(message.Length / 8 * 8) + 8];
        message.CopyTo(padded);
        padded[^1] = (byte)message.Length;
        for (int offset = 0; offset < padded.Length; offset += 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(padded.AsSpan(offset));
            v[3] ^= word;
            Round(v, 2);
            v[0] ^= word;
        }
        v[2] ^= 0xff;
        Round(v, 4);
        byte[] hash = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, v[0] ^ v[1] ^ v[2] ^ v[3]);
        return hash;
    }

    private static void Round(ulong[] v, int times)
    {
        for (; times > 0; times--)
        {
            v[0] += v[1];
            v[1] = BitOperations.RotateLeft(v[1], 13) ^ v[0];
            v[0] = BitOperations.RotateLeft(v[0], 32);
            v[2] += v[3];
            v[3] = BitOperations.RotateLeft(v[3], 16) ^ v[2];
            v[0] += v[3];
            v[3] = BitOperations.RotateLeft(v[3], 21) ^ v[0];
            v[2] += v[1];
            v[1] = BitOperations.RotateLeft(v[1], 17) ^ v[2];
            v[2] = BitOperations.RotateLeft(v[2], 32);
        }
    }
}
