using System.Collections.Immutable;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>What a token or key to be made has to be.</summary>
internal static class NewTokenRules
{
    private const int NameLengthMax = 64;

    /// <summary>Everything that is wrong.</summary>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="existing">How many there are already.</param>
    /// <param name="limits">How many there may be.</param>
    /// <param name="noun">What they are called: <c>tokens</c>.</param>
    /// <param name="now">Ends lie after it.</param>
    /// <param name="scope">The zones; null when they are wrong.</param>
    public static ImmutableArray<ProblemItem> Check(
        NewToken wanted, int existing, AccessLimits limits, string noun, DateTimeOffset now, out ZoneScope? scope)
    {
        ImmutableArray<ProblemItem>.Builder problems = ImmutableArray.CreateBuilder<ProblemItem>();
        if (!IsName(wanted.Name))
        {
            problems.Add(new ProblemItem { Pointer = "/name", Detail = $"expected 1 to {NameLengthMax} characters, no control characters, no space at an end" });
        }
        if (RoleWords.TryRead(wanted.Role) is null)
        {
            problems.Add(new ProblemItem
            {
                Pointer = "/role",
                Detail = $"'{wanted.Role}' is not a role: expected {string.Join(", ", RoleWords.All)}",
                Suggestion = Configuration.Reading.NearestName.Find(wanted.Role, RoleWords.All),
            });
        }
        scope = ZoneScope.TryCreate(wanted.Zones.IsDefault ? [] : wanted.Zones, out string? problem);
        if (problem is not null)
        {
            problems.Add(new ProblemItem { Pointer = "/zones", Detail = problem });
        }
        if (wanted.ExpiresAt is { } end && end <= now)
        {
            problems.Add(new ProblemItem { Pointer = "/expiresAt", Detail = $"{end:u} is in the past" });
        }
        if (existing >= limits.TokenCount)
        {
            problems.Add(new ProblemItem { Detail = $"there are {existing} {noun}, which is the limit; revoke some" });
        }
        return problems.ToImmutable();
    }

    // A name stands in logs and in history: no control characters, nothing invisible.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.Trim() == name && !name.Any(char.IsControl);
}
