namespace Meridian.Engine.Answering;

/// <summary>What a zone has for a name (RFC 1034 §4.3.2, RFC 4592, RFC 6672).</summary>
internal enum LookupOutcome : byte
{
    /// <summary>The name exists, perhaps without records.</summary>
    Exact,

    /// <summary>The name does not exist and a wildcard below its closest encloser stands for it.</summary>
    Wildcard,

    /// <summary>The name is at or below a zone cut.</summary>
    Referral,

    /// <summary>The name is below a DNAME, which says where to go on (RFC 6672 §3.2).</summary>
    Redirect,

    NxDomain,
}
