using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Control.Observing;

/// <summary>An answer to "what if" as people and programs read it.</summary>
public static class WhatIfOutput
{
    private const int MovesShown = 10;

    // 0 to 0.1. Less is noise of drawing.
    private const double ShareShown = 0.0005;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As JSON.</summary>
    public static string ToJson(WhatIfResult result) => new JsonObject
    {
        ["question"] = result.Question,
        ["from"] = result.From.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = result.To.ToString("O", CultureInfo.InvariantCulture),
        ["queries"] = Math.Round(result.Queries),
        ["replayed"] = Round(result.Replayed),
        ["moved"] = Round(result.Moved),
        ["lost"] = Round(result.Lost),
        ["queriesPerSecond"] = new JsonObject { ["before"] = Math.Round(result.Load.Before, 2), ["after"] = Math.Round(result.Load.After, 2) },
        ["sites"] = new JsonArray([.. result.Sites.Select(ShareOf)]),
        ["members"] = new JsonArray([.. result.Members.Select(ShareOf)]),
        ["moves"] = new JsonArray([.. result.Moves.Select(move => new JsonObject
        {
            ["resolver"] = move.Resolver,
            ["network"] = move.Network,
            ["name"] = move.Name,
            ["share"] = Round(move.Share),
            ["moved"] = Round(move.Moved),
            ["from"] = move.From,
            ["to"] = move.To,
        })]),
        ["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode?)note)]),
    }.ToJsonString(Indented);

    /// <summary>For a terminal.</summary>
    public static string ToText(WhatIfResult result)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"What if: {result.Question}\n");
        text.Append(Basis(result)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{result.Moved:P1} of the traffic moves; {result.Lost:P1} would get nothing. Queries per second: {result.Load.Before:N1} now, {result.Load.After:N1} then\n");
        Table(text, "site", result.Sites);
        Table(text, "member", result.Members);
        if (!result.Moves.IsEmpty)
        {
            text.Append("\nwho moves (the largest)\n");
            foreach (WhatIfMove move in result.Moves.Take(MovesShown))
            {
                string who = move.Network is { } network ? $"{network} by {move.Resolver}" : move.Resolver;
                text.Append(CultureInfo.InvariantCulture, $"  {who,-44} {move.Name,-30} {move.Share,7:P1} of all, {move.Moved,4:P0} of it {move.From} → {move.To}\n");
            }
        }
        foreach (string note in result.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"note: {note}\n");
        }
        return text.ToString();
    }

    /// <summary>What it was worked out from.</summary>
    internal static string Basis(WhatIfResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"from {result.Queries:N0} queries for steered names observed {result.From:HH:mm} to {result.To:HH:mm:ss}Z; {result.Replayed:P1} of them replayed through the code that answers");

    private static void Table(StringBuilder text, string title, ImmutableArray<WhatIfShare> rows)
    {
        ImmutableArray<WhatIfShare> shown = [.. rows.Where(row => row.Before >= ShareShown || row.After >= ShareShown)];
        int width = shown.Select(row => row.Name.Length).Append(title.Length).Max();
        bool hasCapacity = shown.Any(row => row.Capacity is not null);
        bool hasUse = shown.Any(row => row.UsedAfter is not null);
        text.Append(CultureInfo.InvariantCulture, $"\n{title.PadRight(width)}     now    then  change{(hasCapacity ? "    capacity" : "")}{(hasUse ? "   used now  used then" : "")}\n");
        foreach (WhatIfShare row in shown)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Name.PadRight(width)}  {row.Before,6:P1}  {row.After,6:P1}  {(row.After - row.Before) * 100,+6:+0.0;-0.0;0.0}");
            text.Append(hasCapacity ? string.Create(CultureInfo.InvariantCulture, $"  {row.Capacity,10:N0}") : "");
            text.Append(hasUse ? string.Create(CultureInfo.InvariantCulture, $"  {row.UsedBefore,9:P0}  {row.UsedAfter,9:P0}{(row.UsedAfter > 1 ? "  OVER" : "")}") : "");
            text.Append('\n');
        }
    }

    private static JsonObject ShareOf(WhatIfShare share)
    {
        JsonObject found = new() { ["name"] = share.Name, ["before"] = Round(share.Before), ["after"] = Round(share.After) };
        if (share.Capacity is { } capacity)
        {
            found["capacity"] = capacity;
        }
        if (share is { UsedBefore: { } before, UsedAfter: { } after })
        {
            found["usedBefore"] = Round(before);
            found["usedAfter"] = Round(after);
        }
        return found;
    }

    private static double Round(double value) => Math.Round(value, 4);
}
