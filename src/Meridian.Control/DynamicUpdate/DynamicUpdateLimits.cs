namespace Meridian.Control.DynamicUpdate;

/// <summary>Bounds of what signed messages may cost.</summary>
public static class DynamicUpdateLimits
{
    /// <summary>
    /// Updates that wait for their turn. Half of what the transports' queue holds, so that updates which wait for a slow disk leave
    /// room to refuse forged ones; one more is answered with SERVFAIL.
    /// </summary>
    public const int MaxWaiting = 128;

    /// <summary>Updates worked on at a time: the log writes changes that come together with one fsync.</summary>
    public const int Concurrency = 8;

    /// <summary>
    /// How often an update that lost a race is tried again. Each time somebody else has changed the same owner in between; ten in a
    /// row means that somebody does nothing else.
    /// </summary>
    public const int MaxAttempts = 10;

    /// <summary>
    /// Owner names of one update. An ACME client names one, a DHCP server four; every one is read and becomes a precondition.
    /// </summary>
    public const int MaxOwners = 1000;

    /// <summary>Answered updates remembered, so that one that comes again is answered alike and not done again.</summary>
    public const int MaxRemembered = 8192;

    /// <summary>Seconds' worth of a key's updates that may come at once.</summary>
    public const int BurstSeconds = 5;

    /// <summary>
    /// How long an answer waits for its change to be served. It is durable by then: the wait only spares clients that look at once,
    /// and clients repeat what is not answered within some seconds.
    /// </summary>
    public static readonly TimeSpan ServingWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a request can be replayed: it is of now for at most the fudge, before and after.</summary>
    public static readonly TimeSpan Remembrance = TimeSpan.FromSeconds(2 * Dns.Tsig.TsigCheck.MaxFudgeSeconds);
}
