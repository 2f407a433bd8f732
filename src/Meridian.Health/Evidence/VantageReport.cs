using Meridian.Health.Quorum;

namespace Meridian.Health.Evidence;

/// <summary>A vantage point at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsLocal">Whether it is this server itself.</param>
/// <param name="State">Whether its votes count.</param>
/// <param name="Since">Since when.</param>
/// <param name="Remark">Why not, or nothing.</param>
/// <param name="HeardAt">When it was last heard; null for this server, and before it joined.</param>
/// <param name="Address">From where it joined; null while it is not connected.</param>
public sealed record VantageReport(
    string Name, bool IsLocal, VantageState State, DateTimeOffset? Since, string Remark, DateTimeOffset? HeardAt, string? Address);
