namespace Meridian.Engine.Geo.Mmdb;

/// <summary>What a file says about itself, checked.</summary>
internal sealed record MmdbMetadata
{
    private const int FormatVersion = 2;

    /// <summary>Nodes of the search tree.</summary>
    public required uint NodeCount { get; init; }

    /// <summary>Bits of one of the two records of a node: 24, 28 or 32.</summary>
    public required int RecordBits { get; init; }

    /// <summary>4: the tree has 32 levels. 6: it has 128, with IPv4 at ::/96.</summary>
    public required int IpVersion { get; init; }

    public required string DatabaseType { get; init; }

    /// <summary>In English; empty when there is none.</summary>
    public required string Description { get; init; }

    public required DateTimeOffset BuildDate { get; init; }

    /// <summary>Octets of the search tree.</summary>
    public long TreeLength => (long)NodeCount * RecordBits / 4;

    /// <summary>Reads the map behind the metadata marker.</summary>
    public static MmdbMetadata Read(ReadOnlySpan<byte> section)
    {
        var decoder = new MmdbDecoder(section);
        int position = 0;
        MmdbValue map = decoder.Next(ref position);
        if (map.Type != MmdbType.Map)
        {
            throw new InvalidDataException("The metadata is not a map.");
        }
        var numbers = new Dictionary<string, ulong>(StringComparer.Ordinal);
        string type = "";
        string description = "";
        position = map.ContentOffset;
        for (int i = 0; i < map.Count; i++)
        {
            string key = decoder.Next(ref position).Text;
            MmdbValue value = decoder.Next(ref position);
            if (value.TryGetUnsigned(out ulong number))
            {
                numbers[key] = number;
            }
            else if (key == "database_type")
            {
                type = value.Text;
            }
            else if (key == "description" && value.Type == MmdbType.Map)
            {
                description = ReadEnglish(ref decoder, value);
            }
        }
        return Check(numbers, type, description);
    }

    private static string ReadEnglish(ref MmdbDecoder decoder, MmdbValue languages)
    {
        int position = languages.ContentOffset;
        for (int i = 0; i < languages.Count; i++)
        {
            bool isEnglish = decoder.Next(ref position).Utf8.SequenceEqual("en"u8);
            MmdbValue text = decoder.Next(ref position);
            if (isEnglish)
            {
                return text.Text;
            }
        }
        return "";
    }

    private static MmdbMetadata Check(Dictionary<string, ulong> numbers, string type, string description)
    {
        ulong version = Number("binary_format_major_version");
        ulong nodes = Number("node_count");
        ulong bits = Number("record_size");
        ulong family = Number("ip_version");
        ulong built = Number("build_epoch");
        string? problem = version != FormatVersion ? $"format version {version}; {FormatVersion} is understood"
            : bits is not (24 or 28 or 32) ? $"a record size of {bits} bits; 24, 28 and 32 are understood"
            : family is not (4 or 6) ? $"IP version {family}; 4 and 6 are understood"
            : nodes is 0 or > int.MaxValue ? $"{nodes} nodes; 1 to {int.MaxValue} are understood"
            : built > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? $"a build time of {built}, which is no date"
            : null;
        return problem is not null
            ? throw new InvalidDataException($"The metadata says {problem}.")
            : new MmdbMetadata
            {
                NodeCount = (uint)nodes,
                RecordBits = (int)bits,
                IpVersion = (int)family,
                DatabaseType = type,
                Description = description,
                BuildDate = DateTimeOffset.FromUnixTimeSeconds((long)built),
            };

        ulong Number(string key) => numbers.TryGetValue(key, out ulong number)
            ? number
            : throw new InvalidDataException($"The metadata has no number {key}.");
    }
}
