using System.Net;
using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>
/// An RRset whose addresses are those of a name outside our zones: the server asks for them itself, ahead of the queries. For A
/// and AAAA.
/// </summary>
public sealed record OutsideAliasModel
{
    /// <summary>The name whose addresses are answered.</summary>
    public required DomainName Target { get; init; }

    /// <summary>
    /// The network for which the target is asked (RFC 7871), for targets that answer by it; null asks without the option, so that
    /// the answer is the one for the resolver.
    /// </summary>
    public IPNetwork? ClientSubnet { get; init; }
}
