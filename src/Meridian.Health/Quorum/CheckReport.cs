using Meridian.Engine.Health;

namespace Meridian.Health.Quorum;

/// <summary>A vote as it comes from a vantage point.</summary>
/// <param name="Id">The check.</param>
/// <param name="State">What it says.</param>
/// <param name="MayChangeInSeconds">While probes there disagree with it, the shortest time in which it could flip; else 0.</param>
/// <param name="IsDegraded">Whether it finds it up, but slow.</param>
/// <param name="Since">Since when it says so.</param>
/// <param name="Cause">Why.</param>
/// <param name="LastResultAt">When a probe there last said something.</param>
internal readonly record struct CheckReport(
    long Id, HealthState State, uint MayChangeInSeconds, bool IsDegraded, DateTimeOffset? Since, string Cause, DateTimeOffset? LastResultAt);
