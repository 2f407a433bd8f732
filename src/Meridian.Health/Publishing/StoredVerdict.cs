using Meridian.Engine.Health;

namespace Meridian.Health.Publishing;

/// <summary>A verdict as it is kept on disk.</summary>
/// <param name="Member">Whose.</param>
/// <param name="State">Up or down.</param>
/// <param name="Since">Since when the state holds.</param>
/// <param name="ConfirmedAt">When a probe last had a result.</param>
/// <param name="Cause">The reason of the result that brought the state.</param>
internal sealed record StoredVerdict(MemberKey Member, HealthState State, DateTimeOffset Since, DateTimeOffset ConfirmedAt, string Cause);
