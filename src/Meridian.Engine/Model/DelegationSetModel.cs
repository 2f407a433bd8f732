using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>Name servers that several zones of the Route 53 API have in common. Zones keep what they were made with.</summary>
public sealed record DelegationSetModel
{
    /// <summary>The id that the API gave it.</summary>
    public required string Name { get; init; }

    /// <summary>At least one.</summary>
    public ModelList<DomainName> NameServers { get; init; } = [];
}
