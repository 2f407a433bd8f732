using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Record data with its names in lower case, so that records that differ in case alone are equal (RFC 4034 §6.2).</summary>
internal static class CanonicalRdata
{
    public static byte[] Of(RecordType type, ReadOnlySpan<byte> rdata)
    {
        byte[] canonical = rdata.ToArray();
        foreach (RdataName name in RdataLayouts.FindNames(type, canonical))
        {
            WireNames.ToLowerInPlace(canonical.AsSpan(name.Offset, name.Length));
        }
        return canonical;
    }

    public static bool AreEqual(RecordType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.SequenceEqual(right) || (left.Length == right.Length && Of(type, left).AsSpan().SequenceEqual(Of(type, right)));
}
