using Meridian.Engine.Answering;

namespace Meridian.Control.Diffing;

/// <summary>Adds up the networks of one change.</summary>
/// <param name="kind">What becomes of the answers.</param>
/// <param name="moved">The part of them that others take the place of, 0 to 1.</param>
internal sealed class ChangeCollector(ClientChangeKind kind, double moved)
{
    /// <summary>Networks that one change lists as examples; all of them are counted.</summary>
    private const int ExamplesPerChange = 5;

    private readonly Dictionary<string, AddressCount> _byCountry = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];
    private int _networks;

    public void Add(PlaceCell cell)
    {
        _networks += cell.NetworkCount;
        if (cell.Country is { } country)
        {
            _examples.AddRange(cell.Examples.Take(ExamplesPerChange - _examples.Count));
            Count(country, cell.Addresses);
        }
    }

    public void Add(ClientAddress network, int length, string? country)
    {
        _networks++;
        if (country is null)
        {
            return;
        }
        if (_examples.Count < ExamplesPerChange)
        {
            _examples.Add($"{network}/{length}");
        }
        Count(country, AddressCount.Of(network, length));
    }

    /// <summary>The change, with its parts of the addresses that the database puts into each country.</summary>
    public ClientChange Finish(string before, string after, Dictionary<string, AddressCount> allocated)
    {
        AddressCount share = Sum(_byCountry.Values).PartOf(Sum(allocated.Values));
        return new ClientChange(
            kind,
            before,
            after,
            _networks,
            share.IPv4,
            share.IPv6,
            [.. _byCountry.Where(pair => pair.Value.IPv4 > 0).Select(pair => new CountryShare(pair.Key, pair.Value.PartOf(allocated[pair.Key]).IPv4))
                .OrderByDescending(share => share.Share).ThenBy(share => share.Country, StringComparer.Ordinal)],
            [.. _examples])
        {
            Moved = moved,
        };
    }

    private static AddressCount Sum(IEnumerable<AddressCount> counts) => counts.Aggregate(default(AddressCount), (sum, count) => sum + count);

    private void Count(string country, AddressCount addresses) => _byCountry[country] = _byCountry.GetValueOrDefault(country) + addresses;
}
