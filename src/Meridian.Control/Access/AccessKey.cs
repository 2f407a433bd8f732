namespace Meridian.Control.Access;

/// <summary>
/// A key of the Route 53 API. Its secret has to be kept as it is, not as a hash: who checks a signature computes it.
/// </summary>
public sealed record AccessKey : AccessGrant
{
    /// <summary>What requests are signed with.</summary>
    public required string Secret { get; init; }

    /// <summary>Never the secret: records print themselves where they are logged.</summary>
    public override string ToString() => $"access key {Id} ({Name}, {Role.ToWord()}, {Scope})";
}
