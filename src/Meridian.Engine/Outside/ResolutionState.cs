namespace Meridian.Engine.Outside;

/// <summary>What is known of the addresses of a name outside.</summary>
public enum ResolutionState : byte
{
    /// <summary>Nothing: nobody has answered yet, or nobody any more.</summary>
    Unknown,

    /// <summary>It has addresses.</summary>
    Found,

    /// <summary>It exists without addresses of the family (RFC 2308 §2.2).</summary>
    NoData,

    /// <summary>It does not exist (RFC 2308 §2.1).</summary>
    NxDomain,

    /// <summary>Every attempt failed, and nothing from before may be answered.</summary>
    Failed,
}
