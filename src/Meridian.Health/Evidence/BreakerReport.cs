namespace Meridian.Health.Evidence;

/// <summary>The circuit breaker at one moment.</summary>
/// <param name="Reason">Why nothing is taken out at present; null when members are taken out as verdicts say.</param>
/// <param name="Since">Since when.</param>
/// <param name="WithheldMembers">Members that are down by their verdict and are answered nevertheless.</param>
/// <param name="Measure">In words, what it counts (members, or the traffic that was observed), and how far that has come.</param>
public sealed record BreakerReport(string? Reason, DateTimeOffset? Since, int WithheldMembers, string Measure)
{
    public bool IsFrozen => Reason is not null;
}
