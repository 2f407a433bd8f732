using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Health.Quorum;

namespace Meridian.Health.Publishing;

/// <summary>What a result did to a check.</summary>
/// <param name="Before">The state before it.</param>
/// <param name="After">The state after it.</param>
/// <param name="IsNews">Whether the data plane has to be told.</param>
/// <param name="Members">For whom the check spoke then.</param>
internal readonly record struct ResultEffect(HealthState Before, HealthState After, bool IsNews, ImmutableArray<MemberKey> Members)
{
    /// <summary>Whether a member that stays up became degraded, or is no longer.</summary>
    internal bool PaceChanged { get; init; }

    /// <summary>Whether the circuit breaker kept the members from being taken out.</summary>
    internal bool IsWithheld { get; init; }

    /// <summary>A burst that is to start; null for none.</summary>
    internal ConfirmationBurst? Begun { get; init; }

    /// <summary>A burst whose remaining probes are to stop; null for none.</summary>
    internal ConfirmationBurst? Ended { get; init; }

    /// <summary>What it did to other checks: those that follow from this one, and those that a blind vantage point unsettled; null for none.</summary>
    internal List<(Check Check, ResultEffect Effect)>? Following { get; init; }

    /// <summary>Probes to stop once the lock is released; null for none.</summary>
    internal List<RunningProbe>? Stopped { get; init; }

    /// <summary>The vantage point whose standing this changed; null for none.</summary>
    internal VantageChange? Vantage { get; init; }
}
