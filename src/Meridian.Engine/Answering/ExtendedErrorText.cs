namespace Meridian.Engine.Answering;

/// <summary>
/// EXTRA-TEXT of extended errors (RFC 8914 §2): for the person who looks at a trace. They tell what the state is, never which
/// pools, members or places there are: whoever asks can read them.
/// </summary>
internal static class ExtendedErrorText
{
    /// <summary>UTF-8; empty when the code says it all.</summary>
    public static ReadOnlySpan<byte> Of(ExtendedErrorCode code) => code switch
    {
        ExtendedErrorCode.StaleAnswer => "nothing newer is available: the last good answer"u8,
        ExtendedErrorCode.NotReady => "first health verdicts are awaited"u8,
        ExtendedErrorCode.Filtered => "the policy has no answer for this client"u8,
        ExtendedErrorCode.Prohibited => "zone transfer is not allowed"u8,
        ExtendedErrorCode.NotAuthoritative => "the name is in no zone of this server"u8,
        ExtendedErrorCode.NoReachableAuthority => "no member is available"u8,
        _ => [],
    };
}
