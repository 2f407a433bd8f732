using System.Globalization;
using Meridian.Engine.Outside;

namespace Meridian.Engine.Explaining;

/// <summary>What is known of a name outside, in words.</summary>
internal static class ResolutionWords
{
    public static string OutcomeOf(ResolvedAnswer? known) => known?.State switch
    {
        null or ResolutionState.Unknown => "not resolved yet",
        ResolutionState.Found => string.Join(", ", known.Addresses),
        ResolutionState.NoData => "no data",
        ResolutionState.NxDomain => "no such name",
        _ => "cannot be resolved",
    };

    public static string Describe(ResolvedAnswer? known) => known switch
    {
        null => "the server has asked for it, and nobody has answered yet: SERVFAIL, so that a resolver asks another server",
        { State: ResolutionState.Found, IsStale: true } => "the last good answer: the target cannot be resolved at present",
        { State: ResolutionState.Found } => "resolved ahead of the queries",
        { State: ResolutionState.NoData } => "the target has no addresses of this family, so there is no data",
        { State: ResolutionState.NxDomain } => "the target does not exist; this name does, so there is no data",
        _ => "every attempt failed, and there is no answer from before",
    };

    /// <summary>Why an answer has the TTL that it has.</summary>
    public static string TtlReason(uint configuredSeconds, uint finalSeconds, ResolvedAnswer known) => known.IsStale
        ? string.Create(CultureInfo.InvariantCulture, $"stale: at most {ResolvedAnswer.StaleTtlSeconds} s (RFC 8767 §4)")
        : finalSeconds < configuredSeconds
            ? string.Create(CultureInfo.InvariantCulture, $"configured {configuredSeconds} s, lowered: that is what is left of the target's own")
            : string.Create(CultureInfo.InvariantCulture, $"configured {configuredSeconds} s; the target's own has longer to go");

    /// <summary>Both families of a member's hostname in a few words.</summary>
    public static string OfMember(ResolvedAnswer? ipv4, ResolvedAnswer? ipv6)
    {
        string[] addresses = [.. new[] { ipv4, ipv6 }
            .Where(known => known?.State == ResolutionState.Found)
            .Select(known => OutcomeOf(known) + (known!.IsStale ? " (stale: cannot be resolved at present)" : ""))]; // Found right before.
        return addresses.Length > 0
            ? $"resolves to {string.Join(", ", addresses)}"
            : ipv4 is null || ipv6 is null ? "not resolved yet" : $"not available: {OutcomeOf(ipv4)}";
    }
}
