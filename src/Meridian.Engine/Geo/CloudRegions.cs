using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Meridian.Engine.Geo;

/// <summary>
/// The public regions of AWS, Google Cloud and Azure, as their own lists of regions name them. Coordinates are those of the
/// city or area that is named there, which is near enough to compare distances between continents and countries.
/// </summary>
public static class CloudRegions
{
    private static readonly FrozenDictionary<string, CloudRegion> ByCode =
        CloudRegionRows.All.ToFrozenDictionary(static region => region.Code, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, by provider.</summary>
    public static ImmutableArray<CloudRegion> All { get; } = [.. CloudRegionRows.All];

    /// <summary>All codes, by provider, to suggest the nearest to a mistyped one.</summary>
    public static ImmutableArray<string> Codes { get; } = [.. CloudRegionRows.All.Select(static region => region.Code)];

    /// <summary>Looks up <c>aws:eu-west-1</c>, <c>gcp:europe-west1</c> or <c>azure:westeurope</c>, in any case.</summary>
    public static bool TryFind(string code, out CloudRegion region) => ByCode.TryGetValue(code, out region);
}
