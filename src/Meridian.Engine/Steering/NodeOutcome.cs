namespace Meridian.Engine.Steering;

/// <summary>What evaluating a node came to.</summary>
internal enum NodeOutcome : byte
{
    /// <summary>Nothing available here; a sibling may answer.</summary>
    Unavailable,

    Found,

    /// <summary>Nothing available here, and no sibling may answer instead: the client is bound to a strict place.</summary>
    Blocked,
}

/// <summary>How a policy decided.</summary>
internal enum SteeringStatus : byte
{
    /// <summary>Members were found by the ordinary rules.</summary>
    Found,

    /// <summary>Nothing was available; members that were available last are answered.</summary>
    LastGood,

    /// <summary>Nothing was available; everything that no operator took out is answered.</summary>
    FailOpen,

    /// <summary>Nothing was available; the policy's named pool is answered.</summary>
    Fallback,

    /// <summary>There is nothing for this client, or the policy says so: NODATA.</summary>
    NoData,

    /// <summary>Every member is taken out by an operator, or the policy says so: SERVFAIL.</summary>
    ServFail,

    /// <summary>A first verdict is awaited: SERVFAIL with "not ready".</summary>
    NotReady,
}
