using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// What the Route 53 API shows of something and nothing else looks at (caller references, versions, tags): kept in the
/// documents as it is, and no part of the model but for a zone's id, which no two zones may have.
/// </summary>
internal static class Route53Key
{
    public static readonly SchemaKey Key = new("route53", "map", "What only the Route 53 API shows of it: caller reference, version, tags.")
    {
        DefaultText = "nothing",
    };

    /// <summary>The id in it; null when there is none.</summary>
    public static ScalarNode? IdIn(MapReader map) =>
        (map.Find(Key) as MapNode)?.Find("id")?.Value is ScalarNode { IsNull: false, Text.Length: > 0 } id ? id : null;
}
