namespace Meridian.Engine.Answering;

/// <summary>Extended DNS error codes (RFC 8914 §4) that the server gives.</summary>
internal enum ExtendedErrorCode : ushort
{
    Other = 0,

    /// <summary>Stale Answer: members that were available last are answered.</summary>
    StaleAnswer = 3,

    /// <summary>Not Ready: first verdicts are awaited, or nothing is loaded yet.</summary>
    NotReady = 14,

    /// <summary>Not Authoritative: the name is in no zone of this server.</summary>
    NotAuthoritative = 20,

    /// <summary>No Reachable Authority: an operator took out every member that could be answered.</summary>
    NoReachableAuthority = 22,

    /// <summary>No extended error.</summary>
    None = ushort.MaxValue,
}
