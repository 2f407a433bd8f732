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
        "Status codes that mean up.");

    private static readonly SchemaKey<string?> Body = new(
        "body",
        new TextValue("a text", "'\"ready\":true'"),
        null,
        "Text that must stand in the first 64 KiB of the body.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.expect",
        Summary = "What counts as up.",
        Keys = [Status, Body],
    };

    public static (ImmutableArray<StatusRange> Status, string? Body) Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is { } map ? (map.Read(Status), map.Read(Body)) : (
            Status.Default, null);
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
