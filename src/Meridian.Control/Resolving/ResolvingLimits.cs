namespace Meridian.Control.Resolving;

/// <summary>Bounds of resolution that are not worth a key in the configuration.</summary>
internal static class ResolvingLimits
{
    /// <summary>The datagram size that is announced: what passes nearly every path unfragmented (RFC 9715 §3.1).</summary>
    public const ushort UdpPayloadSize = 1232;

    /// <summary>
    /// Datagrams that do not belong to the query before the attempt goes to TCP: a resolver sends none, and somebody who guesses
    /// sends many.
    /// </summary>
    public const int MaxStrayDatagrams = 16;

    /// <summary>Records of a response that are looked at; a chain with addresses has some dozen.</summary>
    public const int MaxRecords = 256;

    /// <summary>
    /// No name is asked for more often, whatever its TTL: what would be a query per second and name for a TTL of 1 is one in
    /// five, and a changed answer is here five seconds later.
    /// </summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(5);

    /// <summary>TTLs are whole seconds: a cache lets go of an answer up to one second after its TTL says so.</summary>
    public static readonly TimeSpan CacheEnd = TimeSpan.FromSeconds(1);

    /// <summary>"No such name" and "no such data" are asked again after this, whatever the zone says (RFC 2308 §5 allows hours).</summary>
    public static readonly TimeSpan MaxNegativeInterval = TimeSpan.FromMinutes(5);

    /// <summary>The wait after a failed lookup; it doubles with each further one.</summary>
    public static readonly TimeSpan MinRetry = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait after a failed lookup: as long as a resolver may remember the failure (RFC 9520 §3.2 says 5 min at the most).</summary>
    public static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(60);

    /// <summary>The share of the TTL after which an answer is renewed.</summary>
    public const double RenewAfter = 0.8;

    /// <summary>Renewals are this part earlier or later, so that names that were first asked for together do not stay together.</summary>
    public const double Jitter = 0.1;

    /// <summary>Failures in a row after which an alarm is raised: one lost datagram too many is none.</summary>
    public const int FailuresBeforeAlarm = 2;

    /// <summary>How often the operating system's list of resolvers is read again.</summary>
    public static readonly TimeSpan SystemListInterval = TimeSpan.FromSeconds(30);
}
