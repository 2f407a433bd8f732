namespace Meridian.Engine.Model;

/// <summary>Who may write some names of a zone.</summary>
/// <param name="Pattern">
/// Owner names relative to the zone, as <see cref="OwnerPattern"/> has them.
/// </param>
/// <param name="Owner">Who.</param>
public sealed record OwnershipModel(string Pattern, ChangeOwner Owner)
{
    /// <summary>Whether an owner name (relative to the zone, lower case) is meant.</summary>
    public bool Covers(string owner) => new OwnerPattern(Pattern).Covers(owner);
}

/// <summary>A door by which changes come in, as an owner of names.</summary>
public enum ChangeOwner
{
    /// <summary>Everybody.</summary>
    Any,

    /// <summary>Configuration files: <c>meridian apply</c>.</summary>
    Files,

    /// <summary>The HTTP API.</summary>
    Api,

    /// <summary>Dynamic updates (RFC 2136).</summary>
    Update,

    /// <summary>The Route 53 API.</summary>
    Route53,
}
