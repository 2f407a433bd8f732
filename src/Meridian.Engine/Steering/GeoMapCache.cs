using System.Runtime.InteropServices;
using Meridian.Engine.Geo;

namespace Meridian.Engine.Steering;

/// <summary>Maps by partition: policies that tell the same places apart share one. Belongs to one database.</summary>
internal sealed class GeoMapCache
{
    private readonly PlaceDatabase _places;
    private readonly Dictionary<PartitionKey, GeoMap> _maps = [];

    /// <summary>Starts with the maps of the snapshot before, when it was compiled from the same database.</summary>
    public GeoMapCache(PlaceDatabase places, GeoMapCache? previous)
    {
        _places = places;
        if (previous is not null && ReferenceEquals(previous._places, places))
        {
            _maps = new Dictionary<PartitionKey, GeoMap>(previous._maps);
        }
    }

    /// <summary>The distinct maps.</summary>
    public IReadOnlyCollection<GeoMap> Maps => _maps.Values;

    public GeoMap GetOrCompile(PlaceDatabase places, ushort[] classOfPlace)
    {
        ref GeoMap? map = ref CollectionsMarshal.GetValueRefOrAddDefault(_maps, new PartitionKey(classOfPlace), out bool known);
        if (!known)
        {
            map = places.Compile(classOfPlace);
        }
        return map!; // Set right above when it was not known.
    }

    private readonly struct PartitionKey(ushort[] classOfPlace) : IEquatable<PartitionKey>
    {
        private readonly ushort[] _classOfPlace = classOfPlace;

        public bool Equals(PartitionKey other) => _classOfPlace.AsSpan().SequenceEqual(other._classOfPlace);

        public override bool Equals(object? obj) => obj is PartitionKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = new();
            hash.AddBytes(MemoryMarshal.AsBytes(_classOfPlace.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
