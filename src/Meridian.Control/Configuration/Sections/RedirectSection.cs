using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>redirects</c> of a monitor.</summary>
internal static class RedirectSection
{
    private static readonly RedirectModel Defaults = new();

    private static readonly SchemaKey<int> Max = new(
        "max", new IntegerValue(1, 10), Defaults.Max, "Redirects that one probe follows at most. One more is a failure.");

    private static readonly SchemaKey<bool> Downgrade = new(
        "downgrade", new BooleanValue(), Defaults.AllowsDowngrade, "Follow from https to http. Anybody in between may then answer for the member.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.redirects",
        Summary = "Follow answers that send the probe elsewhere (301, 302, 303, 307, 308), all within the one deadline. A status that is expected is the "
            + "answer, and is not followed. The member's own host name leads to the member; other names are looked up. `headers`, "
            + "`content` and `client-certificate` go to the member's own origin (scheme, host and port) and to nobody else.",
        Keys = [Max, Downgrade],
        Example =
            """
            monitors:
              web: {type: http, host: www.example.com, redirects: {max: 2}}
            """,
    };

    public static RedirectModel? Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map
            ? null
            : new RedirectModel { Max = map.Read(Max), AllowsDowngrade = map.Read(Downgrade) };
}
