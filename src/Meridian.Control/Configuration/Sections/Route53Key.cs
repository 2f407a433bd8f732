using Meridian.Control.Configuration.Reading;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// What the Route 53 API shows of something and nothing else looks at (caller references, versions, tags): kept in the
/// documents as it is, and no part of the model.
/// </summary>
internal static class Route53Key
{
    public static readonly SchemaKey Key = new("route53", "map", "What only the Route 53 API shows of it: caller reference, version, tags.")
    {
        DefaultText = "nothing",
    };
}
