using System.Buffers.Binary;

namespace Meridian.Engine.Geo.Mmdb;

/// <summary>A file of the MaxMind DB File Format 2.0: a binary search tree over address bits, the data it points to, and metadata.</summary>
internal readonly ref struct MmdbFile
{
    /// <summary>Zero octets between the tree and the data; record values count from their start.</summary>
    private const int SeparatorLength = 16;

    private readonly ReadOnlySpan<byte> _tree;

    private MmdbFile(MmdbMetadata metadata, ReadOnlySpan<byte> tree, ReadOnlySpan<byte> data)
    {
        Metadata = metadata;
        _tree = tree;
        Data = data;
    }

    public MmdbMetadata Metadata { get; }

    /// <summary>The data section.</summary>
    public ReadOnlySpan<byte> Data { get; }

    // "\xAB\xCD\xEFMaxMind.com"
    private static ReadOnlySpan<byte> MetadataMarker =>
        [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    /// <summary>Finds the sections and checks that they fit. Throws <see cref="InvalidDataException"/> when they do not.</summary>
    public static MmdbFile Open(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> end = file[Math.Max(0, file.Length - MmdbLimits.MetadataLength)..];
        int marker = end.LastIndexOf(MetadataMarker);
        if (marker < 0)
        {
            throw new InvalidDataException("This is no MaxMind-format (.mmdb) file: it has no metadata marker.");
        }
        MmdbMetadata metadata = MmdbMetadata.Read(end[(marker + MetadataMarker.Length)..]);
        int dataEnd = file.Length - end.Length + marker;
        long dataStart = metadata.TreeLength + SeparatorLength;
        return dataStart > dataEnd
            ? throw new InvalidDataException(
                $"The file is cut off: {metadata.NodeCount} nodes need {dataStart} octets, and there are {dataEnd}.")
            : new MmdbFile(metadata, file[..(int)metadata.TreeLength], file[(int)dataStart..dataEnd]);
    }

    /// <summary>The record that one bit leads to: a node, "no data" (the node count), or a place in the data section.</summary>
    /// <param name="node">Less than the node count.</param>
    /// <param name="bit">0 or 1.</param>
    public uint ReadRecord(uint node, int bit)
    {
        ReadOnlySpan<byte> pair = _tree.Slice((int)(node * (long)Metadata.RecordBits / 4), Metadata.RecordBits / 4);
        return Metadata.RecordBits switch
        {
            24 => ReadUInt24(pair[(3 * bit)..]),
            // The middle octet holds the upper four bits of both.
            28 => bit == 0 ? ((uint)(pair[3] & 0xF0) << 20) | ReadUInt24(pair) : ((uint)(pair[3] & 0x0F) << 24) | ReadUInt24(pair[4..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(pair[(4 * bit)..]),
        };
    }

    /// <summary>Where in <see cref="Data"/> a record above the node count points.</summary>
    public int DataOffset(uint record)
    {
        long offset = (long)record - Metadata.NodeCount - SeparatorLength;
        return offset >= 0 && offset < Data.Length
            ? (int)offset
            : throw new InvalidDataException($"A record of the search tree leads to offset {offset}, outside the data of {Data.Length} octets.");
    }

    private static uint ReadUInt24(ReadOnlySpan<byte> octets) => ((uint)octets[0] << 16) | ((uint)octets[1] << 8) | octets[2];
}
