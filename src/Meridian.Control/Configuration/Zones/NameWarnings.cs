using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Names;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Names that are valid but hardly ever meant.</summary>
internal static class NameWarnings
{
    /// <summary>
    /// Warns of <c>www.example.com</c> without its final dot in the zone example.com: it means
    /// www.example.com.example.com.
    /// </summary>
    public static void CheckDoubledOrigin(
        ReadContext context, DomainName name, DomainName apex, SourcePosition position, string path)
    {
        if (apex.IsRoot)
        {
            return;
        }
        ReadOnlySpan<byte> labels = apex.Wire[..^1];
        ReadOnlySpan<byte> wire = name.Wire;
        int doubled = wire.Length - apex.Wire.Length - labels.Length;
        // The apex once is any name of the zone; twice in a row is a forgotten dot.
        if (doubled >= 0 && name.IsSubdomainOf(apex) && wire.Slice(doubled, labels.Length).SequenceEqual(labels))
        {
            context.Diagnostics.Warning(
                position,
                path,
                $"this name is relative and stands for {name}: end it with a dot if it was meant to be absolute");
        }
    }
}
