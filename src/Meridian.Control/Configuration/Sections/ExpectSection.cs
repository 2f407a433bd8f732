using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>expect</c> of a monitor.</summary>
internal static class ExpectSection
{
    private static readonly SchemaKey<ImmutableArray<StatusRange>> Status = new(
        "status",
        new ListValue<StatusRange>(new StatusRangeValue(), "status codes and ranges of them, within 100 to 599"),
        [new StatusRange(200, 299)],
        "Status codes that mean up (http, https).");

    private static readonly SchemaKey<string?> Body = new(
        "body",
        new TextValue("a text", "'\"ready\":true'"),
        null,
        "Text that must stand in the beginning of the body (http, https).");

    private static readonly SchemaKey<int> Within = new(
        "within", new IntegerValue(1, 64 * 1024), 64 * 1024, "Beside `body`: how many octets of the body are looked at. Route 53 looks at 5120.");

    private static readonly SchemaKey<string?> Text = new(
        "text",
        new TextValue("a text", "\"+PONG\""),
        null,
        "Text that must stand in the first 64 KiB of what the member says (tcp, tls).");

    private static readonly SchemaKey<int> ExitCode = new(
        "exit", new IntegerValue(0, 255), 0, "The exit code that means up (script).");

    private static readonly SchemaKey<string?> Output = new(
        "output",
        new TextValue("a text", "ok"),
        null,
        "Text that must stand in the first 64 KiB of the output (script).");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.expect",
        Summary = "What counts as up.",
        Keys = [Status, Body, Within, Text, ExitCode, Output],
    };

    public static ExpectModel Read(ReadContext context, ConfigNode node, string path, MonitorType type)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return new ExpectModel();
        }
        SchemaKey[] meant = type switch
        {
            MonitorType.Tcp or MonitorType.Tls => [Text],
            MonitorType.Script => [ExitCode, Output],
            _ => [Status, Body, Within],
        };
        foreach (SchemaKey key in Schema.Keys.Where(map.Has).Except(meant))
        {
            map.Error(key, $"'{key.Name}' has no meaning for this type of monitor; expected {string.Join(" or ", meant.Select(one => one.Name))}");
        }
        return new ExpectModel
        {
            Status = map.Read(Status),
            Body = map.Read(Body),
            BodyWithin = map.Read(Within),
            Text = map.Read(Text),
            ExitCode = map.Read(ExitCode),
            Output = map.Read(Output),
        };
    }
}

/// <summary>What <c>expect</c> says.</summary>
internal sealed record ExpectModel
{
    public ImmutableArray<StatusRange> Status { get; init; } = [new StatusRange(200, 299)];

    public string? Body { get; init; }

    public int BodyWithin { get; init; } = 64 * 1024;

    public string? Text { get; init; }

    public int ExitCode { get; init; }

    public string? Output { get; init; }
}

/// <summary>A status code, or an inclusive range of them.</summary>
internal sealed class StatusRangeValue : ScalarReader<StatusRange>
{
    public override string Description => "a status code or a range of them, within 100 to 599";

    public override string Example => "200-299";

    protected override bool TryParse(ReadContext context, string text, out StatusRange value, out ReadProblem problem)
    {
        problem = default;
        value = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        string last = dash < 0 ? text : text[(dash + 1)..];
        string first = dash < 0 ? text : text[..dash];
        if (!TryParseCode(first, out int from) || !TryParseCode(last, out int to) || from > to)
        {
            return false;
        }
        value = new StatusRange(from, to);
        return true;
    }

    private static bool TryParseCode(string text, out int code) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
}
