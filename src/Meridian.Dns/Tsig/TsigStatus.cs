namespace Meridian.Dns.Tsig;

/// <summary>What became of checking a message's TSIG, in the order of the checks (RFC 8945 §5.2).</summary>
public enum TsigStatus : byte
{
    /// <summary>The message is from somebody who has the key, and of now.</summary>
    Ok,

    /// <summary>The record is not well-formed, or its MAC has an impossible length (§5.2.2.1): FORMERR without a TSIG.</summary>
    Malformed,

    /// <summary>The key is not known, or not with this algorithm (§5.2.1): NOTAUTH, not signed.</summary>
    BadKey,

    /// <summary>The MAC is not that of this message under this key (§5.2.2): NOTAUTH, not signed.</summary>
    BadSig,

    /// <summary>The MAC is right; the clocks differ by more than the fudge (§5.2.3): NOTAUTH, signed, with the server's time.</summary>
    BadTime,

    /// <summary>The MAC is right, but shorter than the key's policy allows (§5.2.4): NOTAUTH, signed.</summary>
    BadTrunc,
}
