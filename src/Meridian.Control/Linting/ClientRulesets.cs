using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Rules about who is matched by a tree's branches, each shown by a client.</summary>
internal static class ClientRulesets
{
    public static IEnumerable<LintFinding> Find(MeridianModel model, PlaceDatabase places) => model.Policies.Values
        .SelectMany(policy => LintTree.NodesOf(policy).SelectMany(at => at.Node switch
        {
            GeoNode geo => OfGeo(geo, policy, places, at.Path),
            NetworkNode { Default: null } network when !network.Strict && !policy.Strict =>
                [new LintFinding(LintRule.NoDefault, at.Path, "this network node has no 'default'")],
            _ => [],
        }));

    private static IEnumerable<LintFinding> OfGeo(GeoNode geo, PolicyModel policy, PlaceDatabase places, string path)
    {
        if (geo.Default is null && !geo.Strict && !policy.Strict
            && FindClient(places, place => place.Country is not null && !geo.Places.Any(branch => Covers(branch.Place, place))) is { } client)
        {
            yield return new(LintRule.NoDefault, path, "this geo node has no 'default'", client);
        }
        foreach (GeoBranch branch in geo.Places.Where(branch => !places.Places.Any(place => Covers(branch.Place, place))))
        {
            yield return new(LintRule.Unreachable, $"{path}/{branch.Place}", $"the location database has no client in {branch.Place}");
        }
    }

    private static bool Covers(PlaceKey key, Place place) => key.Kind switch
    {
        PlaceKind.Continent => place.Continent == key.Code,
        PlaceKind.Country => place.Country == key.Code,
        PlaceKind.Subdivision => place.Subdivisions.Contains(key.Code),
        _ => $"AS{place.AutonomousSystem}" == key.Code,
    };

    /// <summary>The first network of the database whose place is as asked, with the country that it is in.</summary>
    private static string? FindClient(PlaceDatabase places, Func<Place, bool> isAsked)
    {
        ushort[] classes = [.. places.Places.Select(place => (ushort)(isAsked(place) ? 1 : 0))];
        if (!classes.Contains((ushort)1))
        {
            return null;
        }
        string? found = null;
        places.Compile(classes).Visit((network, length, asked) =>
        {
            if (asked == 1 && found is null)
            {
                Place place = places.Places[places.Find(network, out _)];
                found = $"{network}/{length} ({(place.Country is { } code && CountryTable.TryFind(code, out Country country) ? country.Name : place.Country)})";
            }
        });
        return found;
    }
}
