using System.Collections.Immutable;

namespace Meridian.Engine.Model;

/// <summary>The location database and the operator's corrections to it.</summary>
public sealed record GeoModel
{
    /// <summary>Name of the country database that the build brings along.</summary>
    public const string BuiltInDatabase = "builtin";

    /// <summary><see cref="BuiltInDatabase"/>, or the path of a MaxMind-format (.mmdb) file.</summary>
    public string Database { get; init; } = BuiltInDatabase;

    /// <summary>
    /// A newer file that moves more than this share of the IPv4 addresses to another decision waits for a person; 0 to 1.
    /// </summary>
    public double MaxMove { get; init; } = 0.05;

    /// <summary>Prefixes whose place the operator knows better than the database.</summary>
    public ImmutableArray<GeoOverrideModel> Overrides { get; init; } = [];
}
