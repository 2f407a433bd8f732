using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>Which prefixes are in which place. Immutable.</summary>
public sealed class PlaceDatabase
{
    /// <summary>A database that knows nothing: every client is at <see cref="Place.Unknown"/>.</summary>
    public static PlaceDatabase Empty => throw new NotImplementedException();

    /// <summary>Name and type as the file gives them, for people.</summary>
    public string Description => throw new NotImplementedException();

    /// <summary>When the file was built.</summary>
    public DateTimeOffset BuildDate => throw new NotImplementedException();

    /// <summary>What kinds of places the file tells apart (overrides not counted).</summary>
    public PlaceGranularity Granularity => throw new NotImplementedException();

    /// <summary>All distinct places, the unknown one first.</summary>
    public ImmutableArray<Place> Places => throw new NotImplementedException();

    /// <summary>Reads a MaxMind-format file (MaxMind DB File Format 2.0). Throws <see cref="InvalidDataException"/> when it is not one.</summary>
    public static PlaceDatabase Read(ReadOnlySpan<byte> mmdb) => throw new NotImplementedException();

    /// <summary>The same database with the operator's corrections laid over it.</summary>
    public PlaceDatabase WithOverrides(ImmutableArray<GeoOverrideModel> overrides) => throw new NotImplementedException();

    /// <summary>The index in <see cref="Places"/> of an address, and the length of the prefix that said so (within 32 bits for IPv4).</summary>
    public int Find(ClientAddress address, out int prefixLength) => throw new NotImplementedException();

    /// <summary>
    /// Compiles a partition of the places into a longest-prefix map, aggregated so that each entry is the shortest prefix
    /// in which every address has the same class.
    /// </summary>
    /// <param name="classOfPlace">The class of each place, by its index.</param>
    public GeoMap Compile(ReadOnlySpan<ushort> classOfPlace) => throw new NotImplementedException();
}
