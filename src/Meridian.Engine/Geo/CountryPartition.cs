using System.Collections.Immutable;

namespace Meridian.Engine.Geo;

/// <summary>The address space by country, as one location database has it.</summary>
/// <param name="Map">The class of every address.</param>
/// <param name="Codes">The country of each class (ISO 3166-1 alpha-2); null for class 0, where no country is known.</param>
public sealed record CountryPartition(GeoMap Map, ImmutableArray<string?> Codes)
{
    /// <summary>Takes a database apart.</summary>
    public static CountryPartition Of(PlaceDatabase places)
    {
        List<string?> codes = [null];
        Dictionary<string, ushort> numbers = new(StringComparer.Ordinal);
        ushort[] classes = new ushort[places.Places.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            if (places.Places[i].Country is { } country && !numbers.TryGetValue(country, out classes[i]))
            {
                classes[i] = (ushort)codes.Count;
                numbers.Add(country, classes[i]);
                codes.Add(country);
            }
        }
        return new CountryPartition(places.Compile(classes), [.. codes]);
    }
}
