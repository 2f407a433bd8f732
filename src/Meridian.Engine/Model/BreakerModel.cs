namespace Meridian.Engine.Model;

/// <summary>
/// How much the health checks may take out by themselves. Beyond it, what they see is more likely a fault of their own, or
/// one that taking members out makes worse; nothing more is taken out until a person says so.
/// </summary>
public sealed record BreakerModel
{
    /// <summary>
    /// The share of all checked members that may go down within the time, in percent; 1 to 100, and 100 is no limit. Half lets a
    /// whole site of two go, and stops what would take the second one.
    /// </summary>
    public int MaxMembersPercent { get; init; } = 50;

    /// <summary>
    /// The share of the observed traffic that may be moved within the time, in percent; 1 to 100. It takes the place of
    /// <see cref="MaxMembersPercent"/> while enough traffic is observed to say. Null counts members: where one site has all clients,
    /// as with a plain failover, its loss moves all of them and must not be stopped.
    /// </summary>
    public int? MaxTrafficPercent { get; init; }

    /// <summary>Sites that may be without any member that is up; 0 to 1,000. Null is half of those that are checked, and at least one;
    /// none with fewer members than <see cref="MinMembers"/>.</summary>
    public int? MaxSitesOut { get; init; }

    /// <summary>The time; 10 s to 1 d.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>With fewer checked members than this the share is no limit, nor are sites by default: half of four is two servers. 1 to 100,000.</summary>
    public int MinMembers { get; init; } = 10;
}
