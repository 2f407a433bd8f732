using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>cookies</c> of <c>answering</c>, and the file of secrets.</summary>
internal static class CookieSection
{
    // RFC 9018 §5 needs two at a time; a third is for a roll-over that begins before the last one has ended.
    private const int MaxSecrets = 3;

    private static readonly CookieModel Defaults = new();

    private static readonly SchemaKey<string?> SecretFile = new(
        "secret-file",
        new TextValue("the path of a file", "cookies.secret"),
        null,
        "One secret of 32 hexadecimal digits a line, 1 to 3 of them, as NSD's and BIND's: cookies are made with the first and those of "
            + "all are accepted, so that servers behind one address can change it one after the other (RFC 9018 §5): add the new one as "
            + "the second everywhere, then put it first everywhere, then remove the old one. A relative path is relative to the file that names it.")
    {
        DefaultText = "a random secret of this process",
    };

    private static readonly SchemaKey<bool> Require = new(
        "require",
        new BooleanValue(),
        Defaults.IsRequired,
        "Answer BADCOOKIE to a UDP query whose cookie is not valid; a sender that knows cookies comes back with the right one.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "answering.cookies",
        Summary = "DNS cookies. Servers that answer under one address must share their secrets.",
        Keys = [SecretFile, Require],
    };

    public static CookieModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return Defaults;
        }
        return new CookieModel
        {
            IsRequired = map.Read(Require),
            Secrets = map.Read(SecretFile) is { } file ? ReadSecrets(map, file) : [],
        };
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> ReadSecrets(MapReader map, string name)
    {
        SourcePosition named = map.PositionOf(SecretFile);
        string path = map.PathOf(SecretFile);
        string file = map.Context.ResolvePath(named, name);
        if (map.Context.Documents.ReadText(file, named, path) is not { } text)
        {
            return [];
        }
        ImmutableArray<ReadOnlyMemory<byte>>.Builder secrets = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }
            if (line.Length != 2 * CookieSecret.Length || !line.All(char.IsAsciiHexDigit))
            {
                // What stands there is not shown: it may be all but a digit of the secret.
                map.Context.Diagnostics.Error(
                    new SourcePosition(file, i + 1, 1), path, $"this is not a secret: expected {2 * CookieSecret.Length} hexadecimal digits");
                continue;
            }
            secrets.Add(Convert.FromHexString(line));
        }
        if (secrets.Count is 0 or > MaxSecrets)
        {
            map.Context.Diagnostics.Error(named, path, $"'{file}' has {secrets.Count} secrets: expected 1 to {MaxSecrets}, one a line");
        }
        return secrets.ToImmutable();
    }
}
