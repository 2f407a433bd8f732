using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo.Mmdb;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>Which prefixes are in which place. Immutable.</summary>
public sealed class PlaceDatabase
{
    private PlaceDatabase(PlaceTrie trie, ImmutableArray<Place> places)
    {
        Trie = trie;
        Places = places;
    }

    /// <summary>A database that knows nothing: every client is at <see cref="Place.Unknown"/>.</summary>
    public static PlaceDatabase Empty { get; } = new(new PlaceTrieBuilder().ToTrie(), [Place.Unknown])
    {
        Description = "no location database",
        BuildDate = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Name and type as the file gives them, for people.</summary>
    public string Description { get; private init; } = "";

    /// <summary>SHA-256 of the file in hexadecimal; empty when nobody said. Overrides are not in it.</summary>
    public string Digest { get; private init; } = "";

    /// <summary>When the file was built.</summary>
    public DateTimeOffset BuildDate { get; private init; }

    /// <summary>What kinds of places the file tells apart (overrides not counted).</summary>
    public PlaceGranularity Granularity { get; private init; }

    /// <summary>All distinct places, the unknown one first.</summary>
    public ImmutableArray<Place> Places { get; }

    /// <summary>Prefixes, IPv4 and IPv6 together, without any aggregation.</summary>
    public int PrefixCount => Trie.LeafCount;

    /// <summary>The prefixes, for who cuts them further.</summary>
    internal PlaceTrie Trie { get; }

    /// <summary>
    /// Reads a MaxMind-format file (MaxMind DB File Format 2.0). Throws <see cref="InvalidDataException"/> when it is not one.
    /// </summary>
    public static PlaceDatabase Read(ReadOnlySpan<byte> mmdb)
    {
        MmdbFile file = MmdbFile.Open(mmdb);
        var catalog = new PlaceCatalog([]);
        PlaceTrie trie = new MmdbTreeReader(file, catalog).Read();
        ImmutableArray<Place> places = catalog.ToImmutable();
        return new PlaceDatabase(trie, places)
        {
            Description = file.Metadata.Description.Length == 0
                ? file.Metadata.DatabaseType
                : $"{file.Metadata.DatabaseType} ({file.Metadata.Description})",
            BuildDate = file.Metadata.BuildDate,
            Granularity = GranularityOf(places),
        };
    }

    /// <summary>The same database under a name that people know it by, and with the digest of its file.</summary>
    public PlaceDatabase WithIdentity(string description, string digest) => new(Trie, Places)
    {
        Description = description,
        Digest = digest,
        BuildDate = BuildDate,
        Granularity = Granularity,
    };

    /// <summary>
    /// The same database with the operator's corrections laid over it. Of two overrides around an address the longer one
    /// says where it is, whatever the order, and any of them says more than the file.
    /// A correction of the place leaves the autonomous system as it was, and one of the autonomous system leaves the place.
    /// </summary>
    public PlaceDatabase WithOverrides(ImmutableArray<GeoOverrideModel> overrides)
    {
        if (overrides.IsEmpty)
        {
            return this;
        }
        var catalog = new PlaceCatalog(Places);
        var trie = new PlaceTrieBuilder(Trie);
        foreach (GeoOverrideModel correction in overrides.OrderBy(PlaceOverride.Depth))
        {
            trie.Overlay(correction.Network, new PlaceOverride(correction, catalog).Apply);
        }
        return new PlaceDatabase(trie.ToTrie(), catalog.ToImmutable())
        {
            Description = Description,
            Digest = Digest,
            BuildDate = BuildDate,
            Granularity = Granularity,
        };
    }

    /// <summary>
    /// The index in <see cref="Places"/> of an address, and the length of the prefix that said so (within 32 bits for IPv4).
    /// </summary>
    public int Find(ClientAddress address, out int prefixLength) => Trie.Find(address, out prefixLength);

    /// <summary>
    /// Compiles a partition of the places into a longest-prefix map, aggregated so that each entry is the shortest prefix
    /// in which every address has the same class.
    /// </summary>
    /// <param name="classOfPlace">The class of each place, by its index: 0 to 65,534.</param>
    public GeoMap Compile(ReadOnlySpan<ushort> classOfPlace)
    {
        if (classOfPlace.Length != Places.Length)
        {
            throw new ArgumentException(
                $"There are {Places.Length} places and {classOfPlace.Length} classes.", nameof(classOfPlace));
        }
        return GeoMap.Compile(Trie, classOfPlace);
    }

    private static PlaceGranularity GranularityOf(ImmutableArray<Place> places)
    {
        var granularity = PlaceGranularity.None;
        foreach (Place place in places)
        {
            granularity |= (place.Country is null ? 0 : PlaceGranularity.Country)
                | (place.Subdivisions.IsEmpty ? 0 : PlaceGranularity.Subdivision)
                | (place.AutonomousSystem is null ? 0 : PlaceGranularity.AutonomousSystem)
                | (place.Location is null ? 0 : PlaceGranularity.Coordinates);
        }
        return granularity;
    }
}
