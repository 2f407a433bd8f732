using System.Buffers.Binary;

namespace Meridian.Engine.Zones;

/// <summary>A growing run of octets for compiling; the result is one exact array.</summary>
/// <param name="expected">How many octets there will be, about.</param>
internal sealed class OctetWriter(int expected = 0)
{
    private const int LeastCapacity = 256;

    private byte[] _octets = GC.AllocateUninitializedArray<byte>(Math.Clamp(expected, LeastCapacity, Array.MaxLength));

    public int Length { get; private set; }

    public int Append(ReadOnlySpan<byte> octets)
    {
        int offset = Length;
        octets.CopyTo(Reserve(octets.Length));
        return offset;
    }

    public void AppendUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(sizeof(ushort)), value);

    public void AppendUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(sizeof(uint)), value);

    public void PatchUInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(offset), value);

    public ushort ReadUInt16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(offset));

    /// <summary>What has been written so far.</summary>
    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    public byte[] ToArray() => _octets.AsSpan(0, Length).ToArray();

    private Span<byte> Reserve(int length)
    {
        int needed = checked(Length + length);
        if (needed > _octets.Length)
        {
            Array.Resize(ref _octets, (int)Math.Min(Math.Max((long)_octets.Length * 2, needed), Array.MaxLength));
        }
        Span<byte> reserved = _octets.AsSpan(Length, length);
        Length = needed;
        return reserved;
    }
}
