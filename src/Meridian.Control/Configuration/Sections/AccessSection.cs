using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>access</c>.</summary>
internal static class AccessSection
{
    private static readonly AccessModel Defaults = new();

    private static readonly SchemaKey<LocalAccess> Local = new(
        "local",
        new ChoiceValue<LocalAccess>(
        [
            ("none", LocalAccess.None), ("viewer", LocalAccess.Viewer), ("operator", LocalAccess.Operator),
            ("editor", LocalAccess.Editor), ("admin", LocalAccess.Admin),
        ]),
        Defaults.Local,
        "What every user of the server's own machine may do without a token. Set `none` where a proxy on it passes on requests "
            + "of others. Commands of the user that the server runs as, and of root, need none of this: they read a key that the "
            + "server writes for them.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "access",
        Summary = "Who may use the HTTP endpoint. Tokens and roles are not here: `meridian tokens` makes them while the server runs "
            + "([access.md](access.md)).",
        Keys = [Local],
        Example = "access: {local: none}",
    };

    public static AccessModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map ? Defaults : new AccessModel { Local = map.Read(Local) };
}
