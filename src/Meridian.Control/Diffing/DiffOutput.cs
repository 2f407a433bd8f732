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

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>One paragraph for each name and change.</summary>
    public static string ToText(ImmutableArray<NameChange> changes)
    {
        if (changes.IsEmpty)
        {
            return "no client gets another answer\n";
        }
        StringBuilder text = new();
        foreach (NameChange name in changes)
        {
            text.Append($"{name.Name}\n");
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

    /// <summary>An object with <c>changes</c>, as the records are.</summary>
    public static string ToJson(ImmutableArray<NameChange> changes) => JsonSerializer.Serialize(new Document(changes), Options);

    private sealed record Document(ImmutableArray<NameChange> Changes);
}
