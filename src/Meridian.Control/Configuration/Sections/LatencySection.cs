using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>latency</c> and the table that it names.</summary>
internal static class LatencySection
{
    /// <summary>Lines of a table. Each network is a cell of every policy that goes by latency; a full BGP table has about a million.</summary>
    private const int MaxRows = 1_000_000;

    private const double MaxMilliseconds = 60_000;

    private static readonly char[] Separators = [' ', '\t', ','];

    private static readonly SchemaKey<string?> Table = new(
        "table",
        new TextValue("the path of a text file", "latency.txt"),
        null,
        "Lines of a client network (or a place, as in `geo`), a site, and the round-trip time in milliseconds. The longest network "
            + "counts, then the most specific place. `#` begins a comment. A relative path is relative to the file that names it.")
    {
        IsRequired = true,
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "latency",
        Summary = "The latency table, for `latency`, `cheapest` and `spill` nodes.",
        Keys = [Table],
        Example =
            """
            latency: {table: latency.txt}
            # latency.txt:
            #   193.0.0.0/16  eu  12.5
            #   193.0.0.0/16  us  95
            #   BR            us  120
            """,
    };

    public static ImmutableArray<LatencyMeasurement> Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map || map.Read(Table) is not { } written)
        {
            return [];
        }
        string file = context.ResolvePath(map.PositionOf(Table), written);
        if (context.Documents.ReadText(file, map.PositionOf(Table), map.PathOf(Table)) is not { } text)
        {
            return [];
        }
        Dictionary<(string Where, string Site), LatencyMeasurement> rows = [];
        int line = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            line++;
            int comment = raw.IndexOf('#');
            string content = (comment < 0 ? raw : raw[..comment]).Trim().ToString();
            if (content.Length > 0)
            {
                AddRow(context, new SourcePosition(file, line, 1), content, rows);
            }
            if (rows.Count > MaxRows)
            {
                context.Diagnostics.Error(new SourcePosition(file, line, 1), path, $"the table has more than {MaxRows} lines");
                break;
            }
        }
        return [.. rows.OrderBy(row => row.Key.Where, StringComparer.Ordinal).ThenBy(row => row.Key.Site, StringComparer.Ordinal).Select(row => row.Value)];
    }

    private static void AddRow(
        ReadContext context, SourcePosition position, string content, Dictionary<(string Where, string Site), LatencyMeasurement> rows)
    {
        string[] fields = content.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 3
            || !double.TryParse(fields[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double milliseconds)
            || milliseconds is not (>= 0 and <= MaxMilliseconds))
        {
            context.Diagnostics.Error(position, "latency/table", $"expected a network or place, a site and milliseconds (0 to 60000); found '{content}'");
            return;
        }
        if (!context.Names.Contains(NameKind.Site, fields[1]) && context.Names.IsComplete)
        {
            context.Diagnostics.Error(
                position, "latency/table", $"there is no site '{fields[1]}'", context.Nearest(fields[1], context.Names.Of(NameKind.Site).Keys));
            return;
        }
        IPNetwork? network = IPNetwork.TryParse(fields[0], out IPNetwork parsed) ? parsed : null;
        PlaceKey place = default;
        ReadProblem problem = default;
        if (network is null && !PlaceKeyValue.TryParse(fields[0], out place, out problem))
        {
            context.Diagnostics.Error(position, "latency/table", problem.Message ?? $"'{fields[0]}' is neither a network nor a place", problem.Suggestion);
            return;
        }
        string where = network?.ToString() ?? place.ToString();
        if (!rows.TryAdd((where, fields[1]), new LatencyMeasurement(network, network is null ? place : null, fields[1], milliseconds)))
        {
            context.Diagnostics.Error(position, "latency/table", $"{where} and {fields[1]} are here twice");
        }
    }
}
