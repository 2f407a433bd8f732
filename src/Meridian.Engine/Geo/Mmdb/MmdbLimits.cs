namespace Meridian.Engine.Geo.Mmdb;

/// <summary>Bounds on what a location file may ask of its reader. A file is input from outside, however it came.</summary>
internal static class MmdbLimits
{
    /// <summary>How far from its end the metadata may start: the format's own bound (MaxMind DB 2.0, "Database Metadata").</summary>
    public const int MetadataLength = 128 * 1024;

    /// <summary>Maps and arrays inside each other. Published files use four; the rest is room for other people's schemas.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// Values looked at to read one record. A city record with names in eight languages has about 150; more than this is
    /// a file made to keep the reader busy.
    /// </summary>
    public const int MaxValuesPerRecord = 4096;

    /// <summary>Subdivisions kept of one record. ISO 3166-2 nests at most three deep.</summary>
    public const int MaxSubdivisions = 4;
}
