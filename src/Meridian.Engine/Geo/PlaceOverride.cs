using System.Globalization;
using System.Net.Sockets;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>One correction by the operator, as a change of places.</summary>
internal sealed class PlaceOverride(GeoOverrideModel model, PlaceCatalog catalog)
{
    private readonly Dictionary<int, int> _changes = [];

    /// <summary>How long the prefix is, with IPv4 counted as mapped into IPv6: what is shorter is applied earlier.</summary>
    public static int Depth(GeoOverrideModel model) =>
        model.Network.PrefixLength + (model.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 96 : 0);

    /// <summary>The index of the place that becomes of another.</summary>
    public int Apply(int before)
    {
        if (!_changes.TryGetValue(before, out int after))
        {
            after = catalog.Add(Apply(catalog[before]));
            _changes.Add(before, after);
        }
        return after;
    }

    private Place Apply(Place before)
    {
        string code = model.Place.Code;
        return model.Place.Kind switch
        {
            PlaceKind.AutonomousSystem => before with
            {
                AutonomousSystem = ParseSystem(code) ?? before.AutonomousSystem,
                Location = model.Location ?? before.Location,
            },
            PlaceKind.Continent => At(continent: code, country: null),
            PlaceKind.Country => At(ContinentOf(code), code),
            _ => At(ContinentOf(code[..2]), code[..2]) with { Subdivisions = [code] },
        };

        Place At(string? continent, string? country) => new()
        {
            Continent = continent,
            Country = country,
            Location = model.Location,
            AutonomousSystem = before.AutonomousSystem,
        };
    }

    private static string? ContinentOf(string country) => CountryTable.TryFind(country, out Country known) ? known.Continent : null;

    // The code of an autonomous system is written with its AS (PlaceKey).
    private static uint? ParseSystem(string code) =>
        uint.TryParse(code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
