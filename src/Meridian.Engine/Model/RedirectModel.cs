namespace Meridian.Engine.Model;

/// <summary>How far a probe follows answers that send it elsewhere (RFC 9110 §15.4).</summary>
public sealed record RedirectModel
{
    /// <summary>Redirects that one attempt follows at most; 1 to 10. One more is a failure: browsers give up at twenty, and a health page needs none.</summary>
    public int Max { get; init; } = 3;

    /// <summary>Whether it may go on without TLS after it began with it. Then anybody in between may answer for the member.</summary>
    public bool AllowsDowngrade { get; init; }
}
