using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Meridian.Health.Notifying;

/// <summary>A message in an operator's own form: text with places such as <c>{{cause}}</c>.</summary>
public static partial class MessageTemplate
{
    private static readonly FrozenDictionary<string, Func<HealthEvent, int, string>> Places = new Dictionary<string, Func<HealthEvent, int, string>>(StringComparer.Ordinal)
    {
        ["event"] = static (happened, _) => NotificationText.KindOf(happened),
        ["incident"] = static (happened, _) => happened.Incident,
        ["subject"] = static (happened, _) => happened.Subject,
        ["at"] = static (happened, _) => happened.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["cause"] = static (happened, _) => happened.Cause,
        ["action"] = static (happened, _) => happened.Action,
        ["members"] = static (happened, _) => happened.Members.IsDefaultOrEmpty ? "" : string.Join(", ", happened.Members),
        ["repeated"] = static (_, repeated) => repeated.ToString(CultureInfo.InvariantCulture),
        ["text"] = NotificationText.Sentence,
        ["severity"] = static (happened, _) => NotificationText.SeverityOf(happened),
        ["phase"] = static (happened, _) => happened.IsEnd ? "end" : "begin",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names that may stand between the braces.</summary>
    public static IEnumerable<string> Names => Places.Keys.Order(StringComparer.Ordinal);

    /// <summary>The first place whose name is not known; null when all are.</summary>
    public static string? FindUnknown(string template) => Place().Matches(template)
        .Select(match => match.Groups[1].Value)
        .FirstOrDefault(name => !Places.ContainsKey(name));

    /// <summary>The message.</summary>
    /// <param name="template">All of its places are known.</param>
    /// <param name="happened">What it is about.</param>
    /// <param name="repeated">How often the same happened since it was told last.</param>
    /// <param name="isJson">Whether what is put in must not break out of a JSON string.</param>
    internal static string Render(string template, HealthEvent happened, int repeated, bool isJson) => Place().Replace(template, match =>
    {
        string text = Places.TryGetValue(match.Groups[1].Value, out Func<HealthEvent, int, string>? place) ? place(happened, repeated) : "";
        return isJson ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text) : text;
    });

    [GeneratedRegex(@"\{\{\s*([a-z-]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
