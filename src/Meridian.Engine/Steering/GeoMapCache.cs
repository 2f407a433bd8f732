using System.Runtime.InteropServices;
using Meridian.Engine.Geo;

namespace Meridian.Engine.Steering;

/// <summary>Maps by partition: policies that tell the same places apart share one. Belongs to one database.</summary>
internal sealed class GeoMapCache
{
    private readonly PlaceDatabase _places;
    private readonly Dictionary<string, ClientPartition> _partitions = new(StringComparer.Ordinal);
    private readonly Dictionary<(ClientPartition Partition, PartitionKey Classes), GeoMap> _maps = [];
    private GeoMapCache? _previous;

    /// <summary>Starts with the maps of the snapshot before, when it was compiled from the same database.</summary>
    public GeoMapCache(PlaceDatabase places, GeoMapCache? previous)
    {
        _places = places;
        if (previous is not null && ReferenceEquals(previous._places, places))
        {
            _previous = previous;
        }
    }

    /// <summary>The distinct maps.</summary>
    public IReadOnlyCollection<GeoMap> Maps => _maps.Values;

    /// <summary>The cells that questions tell apart: policies that name the same networks share one set.</summary>
    public ClientPartition GetPartition(ClientQuestions questions)
    {
        ref ClientPartition? partition = ref CollectionsMarshal.GetValueRefOrAddDefault(_partitions, questions.NetworksKey, out bool known);
        if (!known)
        {
            partition = _previous?._partitions.GetValueOrDefault(questions.NetworksKey) ?? ClientPartition.Create(_places, questions.Networks);
        }
        return partition!; // Set right above when it was not known.
    }

    public GeoMap GetOrCompile(ClientPartition partition, ushort[] classOfCell)
    {
        (ClientPartition, PartitionKey) key = (partition, new PartitionKey(classOfCell));
        ref GeoMap? map = ref CollectionsMarshal.GetValueRefOrAddDefault(_maps, key, out bool known);
        if (!known)
        {
            map = _previous?._maps.GetValueOrDefault(key) ?? partition.Compile(classOfCell);
        }
        return map!; // Set right above when it was not known.
    }

    /// <summary>Lets go of what the snapshot before had and this one does not need.</summary>
    public void Seal() => _previous = null;

    private readonly struct PartitionKey(ushort[] classOfCell) : IEquatable<PartitionKey>
    {
        private readonly ushort[] _classOfCell = classOfCell;

        public bool Equals(PartitionKey other) => _classOfCell.AsSpan().SequenceEqual(other._classOfCell);

        public override bool Equals(object? obj) => obj is PartitionKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = new();
            hash.AddBytes(MemoryMarshal.AsBytes(_classOfCell.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
