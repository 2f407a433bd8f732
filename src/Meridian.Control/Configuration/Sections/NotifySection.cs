using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;
using Meridian.Health.Notifying;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>notify</c>.</summary>
internal static partial class NotifySection
{
    private static readonly SchemaKey<string?> Url = new(
        "url", new TextValue("an http or https URL", "https://hooks.example.com/meridian", HttpUrl()), null, "Where events are posted. Either this or `email`.");

    private static readonly SchemaKey Email = new("email", "map", "Whom events are written to.") { DefaultText = "nobody" };

    private static readonly SchemaKey<NotifyFormat> Format = new(
        "format",
        new ChoiceValue<NotifyFormat>([("json", NotifyFormat.Json), ("chat", NotifyFormat.Chat), ("paging", NotifyFormat.Paging)]),
        NotifyFormat.Json,
        "`json`: the document in docs/health.md. `chat`: `{\"text\": …}`, as incoming webhooks of chat services take it. `paging`: an event as "
            + "PagerDuty's Events API v2 takes it, resolved by the event that ends the trouble.");

    private static readonly SchemaKey<string?> Template = new(
        "template-file",
        new TextValue("the path of a file", "teams.json"),
        null,
        "A file with what is posted or written instead. `{{text}}` in it is the event in a sentence; the other places are in docs/health.md, and "
            + "examples/notify has templates for services. In a post, what is put in is escaped for JSON.")
    {
        DefaultText = "the format's own",
    };

    private static readonly SchemaKey<string?> Headers = new(
        "headers-file",
        new TextValue("the path of a file", "opsgenie.headers"),
        null,
        "A file with header fields for each post, one `Name: value` a line: where a service wants its key there.");

    private static readonly SchemaKey<string?> Secret = new(
        "secret-file",
        new TextValue("the path of a file", "hook.secret"),
        null,
        "A file with the secret that signs what is posted (header `Meridian-Signature`). A relative path is relative to the file that names it.")
    {
        DefaultText = "not signed",
    };

    private static readonly SchemaKey<string?> RoutingKey = new(
        "routing-key-file", new TextValue("the path of a file", "pager.key"), null, "A file with the key of the paging service's integration (paging).");

    private static readonly SchemaKey<TimeSpan> Quiet = new(
        "quiet",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(1)),
        TimeSpan.FromMinutes(1),
        "The same about the same subject within this time is counted, and told with the next one.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "notify.<name>",
        Summary = "Whom to tell of health events: verdicts, the circuit breaker, vantage points, failbacks. One message per event, not one per vantage point; "
            + "five attempts within three minutes.",
        Keys = [Url, Email, Format, Template, Headers, Secret, RoutingKey, Quiet],
        Example =
            """
            notify:
              ops: {url: "https://hooks.example.com/meridian", secret-file: hook.secret}
              chat: {url: "https://chat.example.com/hooks/xyz", format: chat}
              mail: {email: {server: mail.example.com, to: [ops@example.com], from: meridian@example.com, user: meridian, password-file: mail.secret}}
            """,
    };

    public static NotifyModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        string? url = map.Read(Url);
        if (map.Has(Url) == map.Has(Email) && !map.HasUnknownKeys)
        {
            context.Error(node, path, "expected either url or email");
        }
        foreach (SchemaKey key in new SchemaKey[] { Format, Headers, Secret, RoutingKey }.Where(key => map.Has(Email) && map.Has(key)))
        {
            map.Error(key, $"'{key.Name}' belongs to what is posted, not to mail");
        }
        return new NotifyModel
        {
            Name = name,
            Url = url is null ? null : new Uri(url),
            Email = map.Find(Email) is { } email ? EmailSection.Read(context, email, map.PathOf(Email)) : null,
            Format = map.Read(Format),
            Template = ReadTemplate(map),
            Headers = ReadHeaders(map),
            Secret = SecretFile.Read(map, Secret),
            RoutingKey = SecretFile.Read(map, RoutingKey),
            Quiet = map.Read(Quiet),
        };
    }

    private static string? ReadTemplate(MapReader map)
    {
        string? template = SecretFile.Read(map, Template);
        if (template is not null && MessageTemplate.FindUnknown(template) is { } unknown)
        {
            map.Error(Template, $"the template has a place '{{{{{unknown}}}}}'; there are {string.Join(", ", MessageTemplate.Names)}");
        }
        return template;
    }

    private static ModelList<HeaderModel> ReadHeaders(MapReader map)
    {
        ImmutableArray<HeaderModel>.Builder headers = ImmutableArray.CreateBuilder<HeaderModel>();
        foreach (string line in (SecretFile.Read(map, Headers) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Match field = HeaderLine().Match(line);
            if (!field.Success)
            {
                map.Error(Headers, "a line of the file is not a header field: write each as 'Name: value'");
                break;
            }
            headers.Add(new HeaderModel(field.Groups[1].Value, field.Groups[2].Value));
        }
        return new ModelList<HeaderModel>(headers.ToImmutable());
    }

    [GeneratedRegex(@"^https?://[A-Za-z0-9._\-\[\]:]+(/[\x21-\x7e]*)?\z", RegexOptions.CultureInvariant)]
    internal static partial Regex HttpUrl();

    // RFC 9110 §5.1 and §5.5, in ASCII.
    [GeneratedRegex(@"^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\x20-\x7e]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderLine();
}
