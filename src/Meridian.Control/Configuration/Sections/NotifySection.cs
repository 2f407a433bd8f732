using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>notify</c>.</summary>
internal static partial class NotifySection
{
    private static readonly SchemaKey<string?> Url = new(
        "url", new TextValue("an http or https URL", "https://hooks.example.com/meridian", HttpUrl()), null, "Where events are posted.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<NotifyFormat> Format = new(
        "format",
        new ChoiceValue<NotifyFormat>([("json", NotifyFormat.Json), ("chat", NotifyFormat.Chat), ("paging", NotifyFormat.Paging)]),
        NotifyFormat.Json,
        "`json`: the document in docs/health.md. `chat`: `{\"text\": …}`, as incoming webhooks of chat services take it. `paging`: an event as "
            + "PagerDuty's Events API v2 takes it, resolved by the event that ends the trouble.");

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
        Summary = "Whom to tell of health events: verdicts, the circuit breaker, vantage points. One message per event, not one per vantage point; "
            + "five attempts within three minutes.",
        Keys = [Url, Format, Secret, RoutingKey, Quiet],
        Example =
            """
            notify:
              ops: {url: "https://hooks.example.com/meridian", secret-file: hook.secret}
              chat: {url: "https://chat.example.com/hooks/xyz", format: chat}
            """,
    };

    public static NotifyModel? Read(ReadContext context, string name, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map || map.Read(Url) is not { } url ? null : new NotifyModel
        {
            Name = name,
            Url = new Uri(url),
            Format = map.Read(Format),
            Secret = ReadSecret(map, Secret),
            RoutingKey = ReadSecret(map, RoutingKey),
            Quiet = map.Read(Quiet),
        };

    private static string? ReadSecret(MapReader map, SchemaKey<string?> key)
    {
        if (map.Read(key) is not { } name)
        {
            return null;
        }
        SourcePosition named = map.PositionOf(key);
        string file = RelativePaths.Resolve(named.File, name);
        if (map.Context.Documents.ReadText(file, named, map.PathOf(key)) is not { } text)
        {
            return null;
        }
        if (text.Trim().Length == 0)
        {
            map.Context.Diagnostics.Error(named, map.PathOf(key), $"'{file}' is empty");
        }
        return text.Trim();
    }

    [GeneratedRegex(@"^https?://[A-Za-z0-9._\-\[\]:]+(/[\x21-\x7e]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpUrl();
}
