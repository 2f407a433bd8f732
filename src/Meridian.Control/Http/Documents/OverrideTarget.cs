using System.Text.Json;
using Meridian.Engine.Model;

namespace Meridian.Control.Http.Documents;

/// <summary>What an override is about.</summary>
/// <param name="Pool">The pool, or the member's; null for a site, and for a member wherever it is.</param>
/// <param name="Member">The member's address or hostname.</param>
/// <param name="Site">The site.</param>
internal sealed record OverrideTarget(string? Pool, string? Member, string? Site)
{
    public static OverrideTarget Of(OverrideModel model) => new(model.Pool, model.Member, model.Site);

    /// <summary>Reads an override's <c>target</c>; null when it is not understood.</summary>
    public static OverrideTarget? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("target", out JsonElement target)
                && target.ValueKind == JsonValueKind.Object
                ? new OverrideTarget(TextOf(target, "pool"), TextOf(target, "member"), TextOf(target, "site"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The pools that it reaches.</summary>
    public IReadOnlySet<string> PoolsIn(MeridianModel model) => model.Pools.Values
        .Where(pool => Pool is null || pool.Name == Pool)
        .Where(pool => Member is null || pool.Members.Any(member => member.Target.TrimEnd('.') == Member.TrimEnd('.')))
        .Where(pool => Site is null || pool.Site == Site || pool.Members.Any(member => member.Site == Site))
        .Select(pool => pool.Name)
        .ToHashSet(StringComparer.Ordinal);

    public override string ToString() => (Pool, Member, Site) switch
    {
        (_, { } member, _) => $"member {member}",
        ({ } pool, _, _) => $"pool {pool}",
        _ => $"site {Site}",
    };

    private static string? TextOf(JsonElement map, string key) =>
        map.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
