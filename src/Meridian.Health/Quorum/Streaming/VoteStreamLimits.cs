namespace Meridian.Health.Quorum.Streaming;

/// <summary>The limits of vote streams. They are constants: both ends must agree on them.</summary>
internal static class VoteStreamLimits
{
    /// <summary>Octets of one line from a vantage point: a vote or an attempt with its reason is a few hundred.</summary>
    internal const int MaxVoteLine = 16 * 1024;

    /// <summary>Octets of one line from a server: an assignment of 100,000 checks takes about 8 MB.</summary>
    internal const int MaxDeskLine = 32 * 1024 * 1024;

    /// <summary>Attempts that a vantage point shows per second; what is beyond is not shown, and votes are not concerned.</summary>
    internal const int AttemptsPerSecond = 2000;

    /// <summary>Connections that one server takes: twice the 32 vantage points that a configuration may have, for reconnections.</summary>
    internal const int MaxConnections = 64;

    /// <summary>How often a vantage point renews what it said; a third of the time after which it counts as silent.</summary>
    internal static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>The first and the longest pause before joining is tried again; each is twice the one before, less up to a half by chance.</summary>
    internal static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);

    internal static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    /// <summary>A server that says nothing at all for this long is given up: the connection is dead, and nobody has said so.</summary>
    internal static readonly TimeSpan ServerSilence = TimeSpan.FromSeconds(5);
}
