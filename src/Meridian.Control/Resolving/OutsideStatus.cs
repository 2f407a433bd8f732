using System.Collections.Immutable;
using System.Globalization;
using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>One family of a name outside, as the status tells it.</summary>
/// <param name="Name">The name, with the network for which it is asked.</param>
/// <param name="Type">A or AAAA.</param>
/// <param name="State">What is answered: <c>found</c>, <c>no-data</c>, <c>nx-domain</c>, <c>failed</c>, <c>unknown</c>.</param>
/// <param name="Addresses">The addresses.</param>
/// <param name="IsStale">They cannot be renewed, and are answered with a short TTL.</param>
/// <param name="ExpiresAt">When their TTL ends; null for none.</param>
/// <param name="ResolvedAt">When a resolver last said something; null for never.</param>
/// <param name="FailingSince">Since when lookups fail; null while they do not.</param>
/// <param name="DeniedSince">Since when it is denied that what is answered exists; null while it is not.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
/// <param name="Chain">The names that CNAME records lead over.</param>
/// <param name="NextAt">When it is asked for next.</param>
public sealed record OutsideStatus(
    string Name,
    string Type,
    string State,
    ImmutableArray<string> Addresses,
    bool IsStale,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? FailingSince,
    DateTimeOffset? DeniedSince,
    string? Problem,
    ImmutableArray<string> Chain,
    DateTimeOffset NextAt)
{
    /// <summary>Whether a person was told that something is wrong.</summary>
    public bool IsAlarmed { get; init; }

    internal static OutsideStatus Of(OutsideEntry entry) => new(
        entry.Name.ToString(),
        entry.Type.ToMnemonic(),
        WordOf(entry.Answer?.State ?? ResolutionState.Unknown),
        [.. (entry.Answer?.Addresses ?? []).Select(address => address.ToString())],
        entry.Answer?.IsStale == true,
        entry.Answer is { State: ResolutionState.Found, ExpiresAt: > 0 } answer ? DateTimeOffset.FromUnixTimeSeconds(answer.ExpiresAt) : null,
        entry.ResolvedAt,
        entry.FailingSince,
        entry.DeniedSince,
        entry.Problem.Length == 0 ? null : entry.Problem,
        [.. entry.Chain.Select(name => name.ToString())],
        entry.Due)
    {
        IsAlarmed = entry.IsAlarmed,
    };

    /// <summary>What is answered, in few words.</summary>
    internal static string TextOf(ResolvedAnswer answer) => answer.State == ResolutionState.Found
        ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", answer.Addresses)}")
        : WordOf(answer.State);

    internal static string WordOf(ResolutionState state) => state switch
    {
        ResolutionState.Found => "found",
        ResolutionState.NoData => "no-data",
        ResolutionState.NxDomain => "nx-domain",
        ResolutionState.Failed => "failed",
        _ => "unknown",
    };
}
