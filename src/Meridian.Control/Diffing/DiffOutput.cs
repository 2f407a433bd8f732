using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meridian.Control.Diffing;

/// <summary>A diff for people and for programs.</summary>
public static class DiffOutput
{
    private const int CountriesShown = 8;
    private const int NetworksShown = 4;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>One paragraph for each name and change, behind those who see other zones.</summary>
    /// <param name="changes">Of steered names.</param>
    /// <param name="views">Of who sees which zone.</param>
    public static string ToText(ImmutableArray<NameChange> changes, ImmutableArray<ViewChange> views)
    {
        if (changes.IsEmpty && views.IsEmpty)
        {
            return "no client gets another steered answer, or sees another zone\n";
        }
        StringBuilder text = new();
        foreach (ViewChange view in views)
        {
            AppendView(text, view);
        }
        foreach (NameChange name in changes)
        {
            text.Append($"{name.Name}{(name.Views.IsEmpty ? "" : $", for clients of {string.Join(", ", name.Views)} alone")}\n");
            foreach (ClientChange change in name.Changes)
            {
                string what = change.Kind switch
                {
                    ClientChangeKind.None => "no answer any more",
                    ClientChangeKind.Fewer => "fewer answers",
                    ClientChangeKind.Conditions => "the same answers under other conditions",
                    _ => "other answers",
                };
                text.Append(CultureInfo.InvariantCulture, $"  {what} for {change.ShareOfIPv4:0.###%} of allocated IPv4 and {change.ShareOfIPv6:0.###%} of IPv6 ({change.NetworkCount} networks, such as {string.Join(", ", change.Examples.Take(3))})\n");
                text.Append($"    - {change.Before}\n    + {change.After}\n");
                if (!change.Countries.IsEmpty)
                {
                    IEnumerable<string> shown = change.Countries.Take(CountriesShown)
                        .Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Country} {share.Share:0.#%}"));
                    int more = change.Countries.Length - CountriesShown;
                    text.Append($"    {string.Join(", ", shown)}{(more > 0 ? $" and {more} more countries" : "")}\n");
                }
            }
        }
        return text.ToString();
    }

    /// <summary>An object with <c>changes</c> and <c>views</c>, as the records are.</summary>
    public static string ToJson(ImmutableArray<NameChange> changes, ImmutableArray<ViewChange> views) =>
        JsonSerializer.Serialize(new Document(changes, views), Options);

    private static void AppendView(StringBuilder text, ViewChange view)
    {
        int more = view.NetworkCount - NetworksShown;
        string networks = $"{string.Join(", ", view.Networks.Take(NetworksShown))}{(more > 0 ? $" and {more} more networks" : "")}";
        text.Append((view.Before, view.After) switch
        {
            (null, null) => "clients of no view\n",
            ({ } stays, _) when view.IsSameView => $"clients of the view {stays} ({networks})\n",
            (null, { } comes) => $"clients of {networks}: in no view before, now in {comes}\n",
            ({ } leaves, null) => $"clients of {networks}: in the view {leaves} before, now in none\n",
            var (leaves, comes) => $"clients of {networks}: in the view {leaves} before, now in {comes}\n",
        });
        foreach (SeenZoneChange zone in view.Zones)
        {
            int others = zone.RecordSetCount - zone.Examples.Length;
            string differing = zone.RecordSetCount == 0 ? "no record set has other data"
                : $"other data in {string.Join(", ", zone.Examples)}{(others > 0 ? $" and {others} more record sets" : "")}";
            text.Append($"  {zone.Name}: {differing}\n    - {AnsweredBy(zone.Before)}\n    + {AnsweredBy(zone.After)}\n");
        }
    }

    private static string AnsweredBy(string? zone) => zone is null ? "nobody answers (REFUSED)" : $"zone {zone}";

    private sealed record Document(ImmutableArray<NameChange> Changes, ImmutableArray<ViewChange> Views);
}
