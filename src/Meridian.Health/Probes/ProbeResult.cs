namespace Meridian.Health.Probes;

/// <summary>What one probe found.</summary>
/// <param name="Outcome">The kind of ending.</param>
/// <param name="Reason">In words, such as <c>connection refused by 203.0.113.10:443 after 0.4 ms</c>.</param>
/// <param name="Timings">How long each phase took.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, string Reason, ProbeTimings Timings);
