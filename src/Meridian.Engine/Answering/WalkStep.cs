using Meridian.Dns;

namespace Meridian.Engine.Answering;

/// <summary>What one name of a chain came to.</summary>
/// <param name="rcode">The response code so far; the last name of a chain decides (RFC 6604 §3).</param>
/// <param name="kind">What kind of answer it is.</param>
internal readonly ref struct WalkStep(Rcode rcode, AnswerKind kind)
{
    public Rcode Rcode { get; } = rcode;

    public AnswerKind Kind { get; } = kind;

    /// <summary>The target of a CNAME to go on with, in lower case; empty at the end of the chain.</summary>
    public ReadOnlySpan<byte> Next { get; init; }

    /// <summary>Where the target's name stands in the message.</summary>
    public int NextOffset { get; init; }
}
