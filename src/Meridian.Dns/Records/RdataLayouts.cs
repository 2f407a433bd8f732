namespace Meridian.Dns.Records;

/// <summary>The layout of each type's RDATA.</summary>
public static class RdataLayouts
{
    /// <summary>Finds the domain names in a well-formed RDATA, in order; empty for types without names.</summary>
    public static IReadOnlyList<RdataName> FindNames(RecordType type, ReadOnlySpan<byte> rdata) => throw new NotImplementedException();
}
