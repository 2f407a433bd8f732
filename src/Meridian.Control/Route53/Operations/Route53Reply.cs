using Meridian.Control.Route53.Wire;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Route53.Operations;

/// <summary>An answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Root">The element of its document.</param>
/// <param name="Content">Writes what is in it.</param>
internal sealed record Route53Reply(int Status, string Root, Action<XmlReply> Content)
{
    /// <summary>Where what was made is, behind the API's prefix; null for no header field.</summary>
    public string? Location { get; init; }

    /// <summary>What was changed, for the audit log.</summary>
    public string? Target { get; init; }

    /// <summary>The revision that it became.</summary>
    public long? Revision { get; init; }

    public static Route53Reply Ok(string root, Action<XmlReply> content) => new(StatusCodes.Status200OK, root, content);

    public static Route53Reply Ok(string root) => Ok(root, _ => { });

    public static Route53Reply Created(string root, string location, Action<XmlReply> content) =>
        new(StatusCodes.Status201Created, root, content) { Location = location };

    public static Task<Route53Reply> From(Route53Reply reply) => Task.FromResult(reply);
}
