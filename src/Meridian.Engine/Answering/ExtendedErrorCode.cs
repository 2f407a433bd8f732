namespace Meridian.Engine.Answering;

/// <summary>Extended DNS error codes (RFC 8914 §4) that the server gives.</summary>
internal enum ExtendedErrorCode : ushort
{
    Other = 0,

    /// <summary>Stale Answer: members that were available last are answered.</summary>
    StaleAnswer = 3,

    /// <summary>Not Ready: first verdicts are awaited, or nothing is loaded yet.</summary>
    NotReady = 14,

    /// <summary>Filtered: a policy has no answer for this client, such as one outside the places that it names.</summary>
    Filtered = 17,

    /// <summary>Prohibited: zone transfer to somebody who may not have it.</summary>
    Prohibited = 18,

    /// <summary>Not Authoritative: the name is in no zone of this server.</summary>
    NotAuthoritative = 20,

    /// <summary>Not Supported: an operation that this server does not have.</summary>
    NotSupported = 21,

    /// <summary>No Reachable Authority: no member that could be answered is available.</summary>
    NoReachableAuthority = 22,

    /// <summary>No extended error.</summary>
    None = ushort.MaxValue,
}
