using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Answering.Cookies;

/// <summary>SipHash-2-4, the keyed hash of interoperable server cookies (RFC 9018 §4.4).</summary>
internal static class SipHash
{
    /// <summary>The hash of a message under a secret.</summary>
    public static ulong Compute(in CookieSecret secret, ReadOnlySpan<byte> message)
    {
        // The initial state spells "somepseudorandomlygeneratedbytes".
        State state = new(
            secret.First ^ 0x736F6D6570736575,
            secret.Second ^ 0x646F72616E646F6D,
            secret.First ^ 0x6C7967656E657261,
            secret.Second ^ 0x7465646279746573);
        ulong last = (ulong)message.Length << 56;
        while (message.Length >= sizeof(ulong))
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(message));
            message = message[sizeof(ulong)..];
        }
        for (int i = 0; i < message.Length; i++)
        {
            last |= (ulong)message[i] << (8 * i);
        }
        state.Absorb(last);
        return state.Finish();
    }

    private struct State(ulong a, ulong b, ulong c, ulong d)
    {
        private ulong _a = a;
        private ulong _b = b;
        private ulong _c = c;
        private ulong _d = d;

        public void Absorb(ulong word)
        {
            _d ^= word;
            Round();
            Round();
            _a ^= word;
        }

        public ulong Finish()
        {
            _c ^= 0xFF;
            Round();
            Round();
            Round();
            Round();
            return _a ^ _b ^ _c ^ _d;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _a += _b;
            _b = BitOperations.RotateLeft(_b, 13) ^ _a;
            _a = BitOperations.RotateLeft(_a, 32);
            _c += _d;
            _d = BitOperations.RotateLeft(_d, 16) ^ _c;
            _a += _d;
            _d = BitOperations.RotateLeft(_d, 21) ^ _a;
            _c += _b;
            _b = BitOperations.RotateLeft(_b, 17) ^ _c;
            _c = BitOperations.RotateLeft(_c, 32);
        }
    }
}
