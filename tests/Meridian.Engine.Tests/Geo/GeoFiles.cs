namespace Meridian.Engine.Tests.Geo;

/// <summary>The location database that the build brings along.</summary>
internal static class GeoFiles
{
    public static byte[] BuiltIn { get; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));
}
