namespace Meridian.Host.Lab;

/// <summary>What the lab does to the name while it looks on.</summary>
internal enum LabScenario
{
    /// <summary>The region with the most weight dies.</summary>
    Failover,

    /// <summary>The region with the most weight is drained.</summary>
    Drain,

    /// <summary>The two weights change places.</summary>
    Canary,

    /// <summary>An address that nobody listens on is published, and taken back.</summary>
    Mistake,

    /// <summary>All clients come at once, and so does every cache, again and again, TTL after TTL.</summary>
    Herd,
}
