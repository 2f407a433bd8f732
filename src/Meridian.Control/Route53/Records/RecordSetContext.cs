using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Records;

/// <summary>What it takes to understand an owner's document.</summary>
/// <param name="Apex">Of the zone; relative names are completed with it.</param>
/// <param name="Owner">Whose records.</param>
/// <param name="DefaultTtl">Of records that state none.</param>
/// <param name="Lookup">Ids of what records refer to.</param>
internal sealed record RecordSetContext(DomainName Apex, DomainName Owner, uint DefaultTtl, IRecordSetLookup Lookup)
{
    /// <summary>The id of the zone where only some clients see it; null for a zone that everybody sees.</summary>
    public string? PrivateZoneId { get; init; }

    public string ZoneIdOf(DomainName target) => PrivateZoneId is { } own && target.IsSubdomainOf(Apex) ? own : Lookup.ZoneIdOf(target);

    public string CollectionIdOf(string name) => Lookup.CollectionIdOf(name);

    public string CollectionNameOf(string id) => Lookup.CollectionNameOf(id);
}

/// <summary>What record sets refer to, by the names of this API and those of documents.</summary>
internal interface IRecordSetLookup
{
    /// <summary>The id of our zone, of those that everybody sees, that a name is in; empty when it is in none.</summary>
    string ZoneIdOf(DomainName target);

    /// <summary>The id of the collection of this document.</summary>
    string CollectionIdOf(string name);

    /// <summary>The document of the collection with this id.</summary>
    string CollectionNameOf(string id);
}
