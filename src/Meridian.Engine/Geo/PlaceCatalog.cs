using System.Collections.Immutable;

namespace Meridian.Engine.Geo;

/// <summary>Numbers distinct places in the order in which they appear, the unknown one first.</summary>
internal sealed class PlaceCatalog
{
    private readonly List<Place> _places = [];
    private readonly Dictionary<Place, int> _indexes = [];

    /// <param name="places">Places that keep their indexes; empty to start anew.</param>
    public PlaceCatalog(ImmutableArray<Place> places)
    {
        Add(Place.Unknown);
        foreach (Place place in places)
        {
            Add(place);
        }
    }

    public Place this[int index] => _places[index];

    /// <summary>The index of a place, which is added when it is new.</summary>
    public int Add(Place place)
    {
        if (!_indexes.TryGetValue(place, out int index))
        {
            index = _places.Count;
            _places.Add(place);
            _indexes.Add(place, index);
        }
        return index;
    }

    public ImmutableArray<Place> ToImmutable() => [.. _places];
}
