using System.Net;
using Meridian.Dns.Names;

namespace Meridian.Engine.Outside;

/// <summary>A name outside our zones whose addresses are answered as ours.</summary>
/// <param name="Name">The name.</param>
/// <param name="ClientSubnet">The network for which it is asked (RFC 7871); null asks without the option.</param>
public sealed record OutsideName(DomainName Name, IPNetwork? ClientSubnet)
{
    public override string ToString() => ClientSubnet is { } subnet ? $"{Name} for {subnet}" : Name.ToString();
}
