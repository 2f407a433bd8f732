using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Types whose records would be answered wrongly if they were simply stored.</summary>
internal static class UnservableTypes
{
    /// <summary>Why records of this type cannot be in a zone, or null when they can.</summary>
    public static string? Explain(RecordType type) => type switch
    {
        RecordType.RRSIG or RecordType.NSEC or RecordType.NSEC3 or RecordType.NSEC3PARAM =>
            $"{type.ToMnemonic()} records are made by signing, which is not supported by this version yet",
        _ => null,
    };
}
