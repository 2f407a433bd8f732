using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Standby;

namespace Meridian.Health.Publishing;

/// <summary>All that is kept on disk.</summary>
/// <param name="Verdicts">By member.</param>
/// <param name="Freeze">The circuit breaker, if it is open.</param>
/// <param name="Gates">Pools with a failback or a prewarm.</param>
internal sealed record StoredHealth(ImmutableArray<StoredVerdict> Verdicts, StoredFreeze? Freeze, ImmutableArray<StoredGate> Gates)
{
    internal static readonly StoredHealth None = new([], null, []);
}

/// <summary>A verdict as it is kept on disk.</summary>
/// <param name="Member">Whose.</param>
/// <param name="State">Up or down.</param>
/// <param name="Since">Since when the state holds.</param>
/// <param name="ConfirmedAt">When a probe last had a result.</param>
/// <param name="Cause">The reason of the result that brought the state.</param>
internal sealed record StoredVerdict(MemberKey Member, HealthState State, DateTimeOffset Since, DateTimeOffset ConfirmedAt, string Cause)
{
    /// <summary>The latest changes, newest first; default when none are kept.</summary>
    public ImmutableArray<StateChange> History { get; init; }

    /// <summary>How much of the time it was down; null when that is not kept.</summary>
    public UptimeRecord? Uptime { get; init; }
}

/// <summary>An open circuit breaker as it is kept on disk.</summary>
/// <param name="Reason">Why nothing is taken out.</param>
/// <param name="Since">Since when.</param>
internal sealed record StoredFreeze(string Reason, DateTimeOffset Since);
