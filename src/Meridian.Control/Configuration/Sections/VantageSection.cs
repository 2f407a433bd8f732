using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>vantage</c>, the entries of <c>vantage-points</c>, and <c>listen.votes</c>.</summary>
internal static partial class VantageSection
{
    /// <summary>More places than this do not make a verdict better.</summary>
    public const int MaxVantagePoints = 32;

    private static readonly VantageModel Defaults = new();

    public static readonly SchemaKey<string?> Name = new(
        "name",
        new TextValue("a name", "eu", VantageName()),
        null,
        "What monitors call this server in `from`.")
    {
        DefaultText = $"`{Defaults.Name}`",
    };

    private static readonly SchemaKey<ImmutableArray<IPEndPoint?>> References = new(
        "references",
        new ListValue<IPEndPoint?>(new EndpointValue(), "addresses with ports"),
        [],
        "What accepts TCP connections for as long as the network from here works, such as the operator's own edge or a public "
            + "service: two or three, in different networks. While none of them and no member can be reached, the vantage point is "
            + "blind and has no vote.")
    {
        DefaultText = "none: it is never declared blind",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "vantage",
        Summary = "This server as a vantage point. A failure counts against a member only once something else was reached after it.",
        Keys = [Name, References],
        Example = "vantage: {name: eu, references: [\"192.0.2.1:443\", \"198.51.100.1:443\"]}",
    };

    private static readonly SchemaKey<string?> Token = new(
        "token-file",
        new TextValue("the path of a file", "us.token"),
        null,
        "A file with the token that it presents: 16 to 256 characters. A relative path is relative to the file that names it.");

    private static readonly SchemaKey<string?> Certificate = new(
        "certificate",
        new TextValue("the SHA-256 of a certificate in hexadecimal", new string('A', 64), Fingerprint()),
        null,
        "The client certificate that it presents, by its fingerprint: `openssl x509 -noout -fingerprint -sha256`. With `token-file`, it presents both.");

    public static readonly SectionSchema PointSchema = new()
    {
        Title = "vantage-points.<name>",
        Summary = "A vantage point elsewhere: `meridian probe --join URL --name NAME --token-file FILE` joins as it.",
        Keys = [Token, Certificate, References],
        Example =
            """
            vantage-points:
              us: {token-file: us.token, references: ["198.51.100.1:443"]}
            """,
    };

    private static readonly SchemaKey<IPEndPoint?> Address = new(
        "address", new EndpointValue(), null, "Where vantage points join.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> CertificateFile = new(
        "certificate",
        new TextValue("the path of a file", "votes.pem"),
        null,
        "The server's certificate, its chain and its private key, in PEM; read again when it changes.")
    {
        DefaultText = "none: in clear, on loopback addresses only",
    };

    public static readonly SectionSchema ListenSchema = new()
    {
        Title = "listen.votes",
        Summary = "Where vantage points elsewhere deliver their votes, over HTTP/2.",
        Keys = [Address, CertificateFile],
        Example = "listen: {votes: {address: \"192.0.2.53:8443\", certificate: /etc/meridian/votes.pem}}",
    };

    public static VantageModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map ? Defaults : new VantageModel
        {
            Name = map.Read(Name) ?? Defaults.Name,
            References = ReadReferences(map),
        };

    public static VantagePointModel? ReadPoint(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, PointSchema) is not { } map)
        {
            return null;
        }
        if (!map.Has(Token) && !map.Has(Certificate) && !map.HasUnknownKeys)
        {
            context.Error(node, path, "expected token-file, certificate, or both: a vantage point proves who it is");
        }
        return new VantagePointModel
        {
            Name = name,
            Token = map.Read(Token) is { } file ? ReadToken(map, file) : null,
            Certificate = map.Read(Certificate)?.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(),
            References = ReadReferences(map),
        };
    }

    public static VoteListenModel? ReadListen(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, ListenSchema) is not { } map || map.Read(Address) is not { } address)
        {
            return null;
        }
        if (!map.Has(CertificateFile) && !IPAddress.IsLoopback(address.Address))
        {
            map.Error(Address, $"votes on {address} need TLS, because they carry tokens: add certificate: FILE, or listen on a loopback address");
        }
        return new VoteListenModel
        {
            Address = address,
            CertificateFile = map.Read(CertificateFile) is { } file ? map.Context.ResolvePath(map.PositionOf(CertificateFile), file) : null,
        };
    }

    private static ModelList<IPEndPoint> ReadReferences(MapReader map) => [.. map.Read(References).OfType<IPEndPoint>()];

    private static string? ReadToken(MapReader map, string name)
    {
        SourcePosition named = map.PositionOf(Token);
        string file = map.Context.ResolvePath(named, name);
        if (map.Context.Documents.ReadText(file, named, map.PathOf(Token)) is not { } text)
        {
            return null;
        }
        string token = text.Trim();
        if (!TokenText().IsMatch(token))
        {
            // What stands there is not shown: it may be all but a character of the secret.
            map.Context.Diagnostics.Error(named, map.PathOf(Token), $"'{file}' holds no token: expected 16 to 256 printable characters without spaces");
        }
        return token;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VantageName();

    [GeneratedRegex(@"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"^[\x21-\x7e]{16,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenText();
}
