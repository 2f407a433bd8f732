using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.DynamicUpdate;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Route53.Reading;

/// <summary>A zone as this API sees it, whoever made it. Immutable: a change gives another that shares what did not change.</summary>
internal sealed record HostedZone
{
    /// <summary>The key of a zone's document that names its views.</summary>
    public const string ViewsKey = "views";

    private const uint DefaultTtlSeconds = 300;

    private static readonly ConfigurationLimits Limits = new();

    /// <summary>Bare; kept in the document, or derived from the name where this API did not make the zone.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, and what tells it from others of that name.</summary>
    public required ZoneKey Key { get; init; }

    public DomainName Apex => Key.Apex;

    /// <summary>The views whose clients see it; empty for everybody.</summary>
    public required ImmutableArray<string> Views { get; init; }

    public bool IsPrivate => !Views.IsEmpty;

    /// <summary>Everything of it but its records.</summary>
    public required Document Document { get; init; }

    public required MapNode Body { get; init; }

    /// <summary>All owners, in the order of lists. The apex is always there.</summary>
    public required ImmutableSortedSet<OwnerEntry> Owners { get; init; }

    /// <summary>How many record sets there are, the start of authority among them.</summary>
    public int RecordSetCount { get; init; }

    /// <summary>As this API writes it.</summary>
    public string Name => Route53Name.Format(Apex);

    /// <summary>The document's name.</summary>
    public string DocumentName => Document.Key.Name;

    /// <summary>What only this API shows of it.</summary>
    public ZoneMetadata Metadata => ZoneMetadata.Read(Body);

    /// <summary>For records that state no TTL.</summary>
    public uint DefaultTtl => OwnerDocument.TtlOf(Body) ?? DefaultTtlSeconds;

    /// <summary>Reads a zone's document; null when it is none.</summary>
    public static HostedZone? Read(in Document document)
    {
        if (!ZoneKey.TryParse(document.Key.Name, out ZoneKey key, out _)
            || !DocumentJson.TryRead(document.Body.Utf8, "", Limits, out ConfigNode? node, out _) || node is not MapNode body)
        {
            return null;
        }
        return new HostedZone
        {
            Id = ZoneMetadata.Read(body).Id ?? ResourceIds.Derive(ResourceIds.HostedZone, document.Key.Name),
            Key = key,
            Views = [.. body.TextsOf(ViewsKey)],
            Document = document,
            Body = body,
            Owners = ImmutableSortedSet.Create(OwnerEntry.Order, new OwnerEntry(Route53Name.SortKey(Route53Name.Format(key.Apex)), key.Apex, null, 1)),
            RecordSetCount = 1,
        };
    }

    /// <summary>The owner's place, with its document when it has one.</summary>
    public OwnerEntry? Find(DomainName owner)
    {
        int index = Owners.IndexOf(OwnerEntry.At(Route53Name.SortKey(Route53Name.Format(owner))));
        return index < 0 ? null : Owners[index];
    }

    /// <summary>The record sets of an owner, as its document has them.</summary>
    public OwnerRecordSets SetsOf(DomainName owner, IRecordSetLookup lookup)
    {
        return OwnerRecordSets.Read(ContextOf(owner, lookup), BodyOf(Find(owner)?.Document));
    }

    /// <summary>What it takes to understand the document of an owner.</summary>
    public RecordSetContext ContextOf(DomainName owner, IRecordSetLookup lookup) =>
        new(Apex, owner, DefaultTtl, lookup) { PrivateZoneId = IsPrivate ? Id : null };

    /// <summary>The record sets of an owner as lists show them: those of the apex with the start of authority.</summary>
    public ImmutableArray<RecordSet> ListedOf(OwnerEntry entry, IRecordSetLookup lookup)
    {
        ImmutableArray<RecordSet> sets = OwnerRecordSets.Read(ContextOf(entry.Owner, lookup), BodyOf(entry.Document)).Sets;
        return entry.Owner == Apex && StartOfAuthority.Read(this) is { } soa ? [.. sets.Append(soa).Order(Comparer<RecordSet>.Create(RecordSetOrder.WithinOwner))] : sets;
    }

    /// <summary>The zone with owners' documents written anew or gone.</summary>
    public HostedZone With(IEnumerable<(DomainName Owner, Document? Document)> changes)
    {
        ImmutableSortedSet<OwnerEntry>.Builder owners = Owners.ToBuilder();
        int count = RecordSetCount;
        foreach ((DomainName owner, Document? document) in changes)
        {
            OwnerEntry entry = new(Route53Name.SortKey(Route53Name.Format(owner)), owner, document, CountOf(owner, document));
            if (owners.TryGetValue(entry, out OwnerEntry? before))
            {
                owners.Remove(before);
                count -= before.SetCount;
            }
            if (document is not null || owner == Apex)
            {
                owners.Add(entry);
                count += entry.SetCount;
            }
        }
        return this with { Owners = owners.ToImmutable(), RecordSetCount = count };
    }

    public static MapNode? BodyOf(in Document? document) =>
        document is { } found && DocumentJson.TryRead(found.Body.Utf8, "", Limits, out ConfigNode? node, out _) ? node as MapNode : null;

    private int CountOf(DomainName owner, in Document? document) =>
        OwnerRecordSets.Read(ContextOf(owner, NoLookup.Instance), BodyOf(document)).Sets.Length + (owner == Apex ? 1 : 0);

    /// <summary>Counting takes no ids.</summary>
    private sealed class NoLookup : IRecordSetLookup
    {
        public static NoLookup Instance { get; } = new();

        public string ZoneIdOf(DomainName target) => "";

        public string CollectionIdOf(string name) => name;

        public string CollectionNameOf(string id) => id;
    }
}
