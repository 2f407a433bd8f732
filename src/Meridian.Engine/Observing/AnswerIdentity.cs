using System.Buffers.Binary;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Observing;

/// <summary>What tells one answer from another in the account: the data of its first record.</summary>
public static class AnswerIdentity
{
    // A pointer to the question's name, type, class, TTL, length (RFC 1035 §4.1.3, §4.1.4).
    private const int TtlOffset = 6;
    private const int LengthOffset = 10;
    private const int DataOffset = 12;
    private const byte Pointer = 0xC0;

    /// <summary>Reads the first record behind the question of one of our own responses.</summary>
    /// <param name="records">The response behind its question.</param>
    /// <param name="ttl">Its TTL in seconds; 0 when there is none.</param>
    /// <returns>0 when there is no record, or it does not begin with the question's name.</returns>
    public static uint Read(ReadOnlySpan<byte> records, out int ttl)
    {
        ttl = 0;
        if (records.Length < DataOffset || (records[0] & Pointer) != Pointer)
        {
            return 0;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(records[LengthOffset..]);
        if (records.Length < DataOffset + length)
        {
            return 0;
        }
        ttl = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(records[TtlOffset..]), int.MaxValue);
        return OfData(records.Slice(DataOffset, length));
    }

    /// <summary>The identity of record data; never 0.</summary>
    public static uint OfData(ReadOnlySpan<byte> data)
    {
        ulong hash = NameHash.Compute(data);
        return (uint)(hash ^ (hash >> 32)) | 1;
    }
}
