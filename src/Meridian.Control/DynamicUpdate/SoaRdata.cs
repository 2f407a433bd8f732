using System.Buffers.Binary;
using Meridian.Engine.Model;

namespace Meridian.Control.DynamicUpdate;

/// <summary>The data of an SOA record (RFC 1035 §3.3.13).</summary>
internal static class SoaRdata
{
    private const int NumbersLength = 20;

    public static byte[] Of(SoaModel soa, uint serial)
    {
        byte[] rdata = [.. soa.Primary.Wire, .. soa.Contact.Wire, .. new byte[NumbersLength]];
        Span<byte> numbers = rdata.AsSpan(rdata.Length - NumbersLength);
        BinaryPrimitives.WriteUInt32BigEndian(numbers, serial);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], soa.RefreshSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[8..], soa.RetrySeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], soa.ExpireSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], soa.NegativeTtlSeconds);
        return rdata;
    }
}
