using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;

namespace Meridian.Control.Diffing;

/// <summary>
/// The places of a location database with the addresses that they have. Policies that tell only places apart are compared place
/// by place instead of prefix by prefix: the same answer, hundreds of times as fast.
/// </summary>
internal sealed class PlaceCells
{
    /// <summary>Networks of a place that can stand for it.</summary>
    private const int ExamplesPerPlace = 5;

    /// <summary>Classes of a map are 16 bits, and one value is taken.</summary>
    private const int MaxPlaces = 65_534;

    private PlaceCells(ImmutableArray<PlaceCell> cells) => Cells = cells;

    public ImmutableArray<PlaceCell> Cells { get; }

    /// <summary>Takes a database apart; null when it has too many places for it, as databases of cities have.</summary>
    public static PlaceCells? Of(PlaceDatabase places)
    {
        if (places.Places.Length > MaxPlaces)
        {
            return null;
        }
        ushort[] identity = [.. Enumerable.Range(0, places.Places.Length).Select(place => (ushort)place)];
        Tally[] tallies = [.. identity.Select(_ => new Tally())];
        places.Compile(identity).Visit((network, length, place) => tallies[place].Add(network, length));
        return new PlaceCells([.. tallies.Select((tally, i) => tally.ToCell(places.Places[i].Country)).OfType<PlaceCell>()]);
    }

    private sealed class Tally
    {
        private readonly List<string> _examples = [];
        private ClientAddress _first;
        private int _networks;
        private AddressCount _addresses;

        public void Add(ClientAddress network, int length)
        {
            _first = _networks == 0 ? network : _first;
            _networks++;
            _addresses += AddressCount.Of(network, length);
            if (_examples.Count < ExamplesPerPlace)
            {
                _examples.Add($"{network}/{length}");
            }
        }

        public PlaceCell? ToCell(string? country) => _networks == 0 ? null : new PlaceCell(_first, country, _networks, _addresses, [.. _examples]);
    }
}

/// <summary>One place.</summary>
/// <param name="Client">An address in it.</param>
/// <param name="Country">Its country, or null.</param>
/// <param name="NetworkCount">Prefixes that are in it.</param>
/// <param name="Addresses">How much address space is in it.</param>
/// <param name="Examples">Some of the prefixes.</param>
internal sealed record PlaceCell(ClientAddress Client, string? Country, int NetworkCount, AddressCount Addresses, ImmutableArray<string> Examples);
