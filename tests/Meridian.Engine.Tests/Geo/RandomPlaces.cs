using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

/// <summary>A random database with overrides, in both forms: the one under test and the reference.</summary>
internal sealed class RandomPlaces
{
    private static readonly string[] Countries = ["NL", "DE", "US", "BR", "JP", "ZA", "AU"];

    // Few starting points, so that prefixes nest; none is in ::/96 or its mapped form, which are IPv4's.
    private static readonly UInt128[] Seeds4 = [new(0, 0), new(0xC000_02FF_0000_0000, 0), new(0xCB00_7180_0000_0000, 0), new(0xFFFF_FFFF_0000_0000, 0)];
    private static readonly UInt128[] Seeds6 =
    [
        new(0x2001_0DB8_0000_0001, 0), new(0x2001_0DB8_0000_0001, 0x8000_0000_0000_0001), new(0x2A00_FFFF_FFFF_FFFF, ulong.MaxValue),
        new(0x3FFF_FFFF_FFFF_FFFF, ulong.MaxValue), new(0x4000_0000_0000_0000, 0), new(ulong.MaxValue, ulong.MaxValue),
    ];

    private readonly Random _random;

    public RandomPlaces(int seed)
    {
        _random = new Random(seed);
        var writer = new MmdbWriter(24 + (4 * _random.Next(3)));
        List<(bool IsIPv4, UInt128 Network, int Length, string Country)> prefixes = [];
        for (int i = _random.Next(40); i >= 0; i--)
        {
            bool isIPv4 = _random.Next(2) == 0;
            prefixes.Add((isIPv4, NextKey(isIPv4), isIPv4 ? _random.Next(1, 33) : _random.Next(3, 129), NextCountry()));
        }
        foreach ((bool isIPv4, UInt128 network, int length, string country) in prefixes.OrderBy(prefix => prefix.Length))
        {
            Reference.Add(isIPv4, network, length, PlaceOf(country));
            UInt128 masked = network & ReferencePlaces.Mask(length);
            writer.Add(isIPv4 ? masked >> 96 : masked, isIPv4 ? length + 96 : length, RecordOf(country));
        }
        Database = PlaceDatabase.Read(writer.ToFile()).WithOverrides(NextOverrides());
    }

    public PlaceDatabase Database { get; }

    public ReferencePlaces Reference { get; } = new();

    /// <summary>A partition of the places, the same for equal places.</summary>
    public ushort[] NextPartition(int classes)
    {
        var ofCountry = new Dictionary<string, ushort>();
        foreach (string country in (IEnumerable<string>)[.. Countries, ""])
        {
            ofCountry[country] = (ushort)_random.Next(classes);
        }
        return [.. Database.Places.Select(place => ofCountry[place.Country ?? ""])];
    }

    /// <summary>An address at a border, beside one, or anywhere.</summary>
    public ClientAddress NextAddress()
    {
        bool isIPv4 = _random.Next(2) == 0;
        UInt128[] borders = [.. Reference.Borders(isIPv4)];
        UInt128 step = isIPv4 ? UInt128.One << 96 : 1;
        UInt128 key = (borders.Length, _random.Next(5)) switch
        {
            ( > 0, 0) => borders[_random.Next(borders.Length)],
            ( > 0, 1) => borders[_random.Next(borders.Length)] - step,
            ( > 0, 2) => borders[_random.Next(borders.Length)] + step,
            (_, 3) => NextKey(isIPv4),
            _ => new UInt128((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
        };
        return ReferencePlaces.Address(isIPv4, key);
    }

    private static Place PlaceOf(string country)
    {
        Assert.True(CountryTable.TryFind(country, out Country known));
        return new Place { Country = country, Continent = known.Continent };
    }

    private static Dictionary<string, object> RecordOf(string country) => new() { ["country_code"] = country };

    private ImmutableArray<GeoOverrideModel> NextOverrides()
    {
        List<GeoOverrideModel> overrides = [];
        for (int i = _random.Next(8); i > 0; i--)
        {
            bool isIPv4 = _random.Next(2) == 0;
            UInt128 network = NextKey(isIPv4);
            int length = isIPv4 ? _random.Next(33) : _random.Next(3, 129);
            string country = NextCountry();
            Reference.Add(isIPv4, network, length, PlaceOf(country), isOverride: true);
            overrides.Add(new GeoOverrideModel(
                ReferencePlaces.Network(Reference.Entries[^1]), new PlaceKey(PlaceKind.Country, country), null));
        }
        return [.. overrides];
    }

    private string NextCountry() => Countries[_random.Next(Countries.Length)];

    /// <summary>A seed with some of its lower bits changed.</summary>
    private UInt128 NextKey(bool isIPv4)
    {
        UInt128[] seeds = isIPv4 ? Seeds4 : Seeds6;
        UInt128 noise = new((ulong)_random.NextInt64(), (ulong)_random.NextInt64());
        int kept = isIPv4 ? _random.Next(8, 33) : _random.Next(16, 129);
        UInt128 seed = seeds[_random.Next(seeds.Length)];
        return (seed & ReferencePlaces.Mask(kept)) | (noise & ~ReferencePlaces.Mask(kept));
    }
}
