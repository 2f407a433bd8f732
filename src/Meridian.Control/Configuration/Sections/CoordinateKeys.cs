using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The two keys that say where something is; both or none.</summary>
internal static class CoordinateKeys
{
    public static readonly SchemaKey<double?> Latitude = new(
        "latitude",
        new OptionalValue<double>(new NumberValue(-90, 90, 35.68)),
        null,
        "Degrees, north positive (WGS 84).");

    public static readonly SchemaKey<double?> Longitude = new(
        "longitude",
        new OptionalValue<double>(new NumberValue(-180, 180, 139.77)),
        null,
        "Degrees, east positive (WGS 84).");

    public static Coordinates? Read(MapReader map)
    {
        double? latitude = map.Read(Latitude);
        double? longitude = map.Read(Longitude);
        if (map.Has(Latitude) != map.Has(Longitude))
        {
            SchemaKey written = map.Has(Latitude) ? Latitude : Longitude;
            SchemaKey missing = map.Has(Latitude) ? Longitude : Latitude;
            map.Error(written, $"'{written.Name}' needs '{missing.Name}' beside it");
        }
        return latitude is { } north && longitude is { } east ? new Coordinates(north, east) : null;
    }
}
