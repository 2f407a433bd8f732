using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;

namespace Meridian.Host.Commands;

/// <summary>Whom an override is about, as it is written on the command line.</summary>
/// <param name="Pool">The pool, or the member's; null for any.</param>
/// <param name="Member">An address or hostname; null for all.</param>
/// <param name="Site">The site; null for none.</param>
internal sealed record OverrideTargetArgument(string? Pool, string? Member, string? Site)
{
    private const string PoolWord = "pool:";
    private const string SiteWord = "site:";

    public static Argument<OverrideTargetArgument> Create() => new("target")
    {
        Description = "A member (203.0.113.12, lb.example.net), one of one pool (web-eu/203.0.113.12), all of pool:NAME, or all of site:NAME.",
        HelpName = "MEMBER|POOL/MEMBER|pool:POOL|site:SITE",
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (TryParse(text) is { } target)
            {
                return target;
            }
            result.AddError($"'{text}' is no member: write an address or a hostname, pool:{text} or site:{text}.");
            return null;
        },
    };

    /// <summary>Null when it is not understood.</summary>
    public static OverrideTargetArgument? TryParse(string text)
    {
        if (text.StartsWith(PoolWord, StringComparison.Ordinal))
        {
            return text.Length > PoolWord.Length ? new(text[PoolWord.Length..], null, null) : null;
        }
        if (text.StartsWith(SiteWord, StringComparison.Ordinal))
        {
            return text.Length > SiteWord.Length ? new(null, null, text[SiteWord.Length..]) : null;
        }
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string member = text[(slash + 1)..];
        bool isMember = IPAddress.TryParse(member, out _) || member.Contains('.', StringComparison.Ordinal);
        return isMember && slash != 0 ? new(slash > 0 ? text[..slash] : null, member, null) : null;
    }

    /// <summary>As an override's document has it.</summary>
    public JsonObject ToJson()
    {
        JsonObject target = [];
        foreach ((string key, string? value) in new[] { ("pool", Pool), ("member", Member), ("site", Site) })
        {
            if (value is not null)
            {
                target[key] = value;
            }
        }
        return target;
    }

    /// <summary>Whether a document's target is this one.</summary>
    public bool IsSame(JsonNode? target) =>
        Pool == target?["pool"]?.GetValue<string>()
        && Site == target?["site"]?.GetValue<string>()
        && (Member is null) == (target?["member"] is null)
        && (Member is null || string.Equals(Member.TrimEnd('.'), target?["member"]?.GetValue<string>().TrimEnd('.'), StringComparison.OrdinalIgnoreCase));

    /// <summary>A name for its override: of what names may hold (letters, digits, hyphens, full stops), and not too long.</summary>
    public string ToName(string word)
    {
        const int MaxLength = 63;
        string text = string.Join('-', new[] { word, Site, Pool, Member }.OfType<string>());
        string name = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));
        return name.Length <= MaxLength ? name : name[..MaxLength];
    }

    public override string ToString() => (Pool, Member, Site) switch
    {
        (_, _, { } site) => $"all members of site {site}",
        ({ } pool, null, _) => $"all members of pool {pool}",
        ({ } pool, { } member, _) => $"member {member} of pool {pool}",
        _ => $"member {Member}",
    };
}
