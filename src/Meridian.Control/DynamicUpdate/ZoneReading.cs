using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.DynamicUpdate;

/// <summary>The documents that an update reads, with their versions.</summary>
internal sealed class ZoneReading(DomainName apex)
{
    private readonly Dictionary<DomainName, OwnerRecords> _records = [];
    private readonly Dictionary<DomainName, (DocumentKey Key, long Version, OwnerDocument Document)> _documents = [];

    public DomainName Apex { get; } = apex;

    public IReadOnlyDictionary<DomainName, OwnerRecords> Records => _records;

    /// <summary>Adds an owner.</summary>
    /// <param name="key">Its document.</param>
    /// <param name="version">The document's version; 0 when there is none.</param>
    /// <param name="document">The document.</param>
    /// <param name="soa">What the apex owns beside its document.</param>
    public void Add(DocumentKey key, long version, OwnerDocument document, OwnerRRset? soa)
    {
        OwnerRecords records = document.Records;
        _records.Add(records.Owner, soa is null ? records : records with { RRsets = records.RRsets.Add(soa) });
        _documents.Add(records.Owner, (key, version, document));
    }

    /// <summary>The change that makes these owners so, if nothing that was read has changed meanwhile.</summary>
    public ProposedChange Propose(ImmutableArray<OwnerRecords> changed) => new()
    {
        Changes = [.. changed.Select(Propose)],
        Preconditions = [.. _documents.Values.Select(read => new Precondition(read.Key, read.Version))],
        Author = "",
        Origin = ChangeOrigin.Update,
        Message = "",
    };

    private DocumentChange Propose(OwnerRecords after)
    {
        (DocumentKey key, _, OwnerDocument document) = _documents[after.Owner];
        MapNode? body = document.With(after with { RRsets = after.RRsets.RemoveAll(rrset => rrset.Type == RecordType.SOA) });
        return body is null ? DocumentChange.Delete(key) : DocumentChange.Put(key, new DocumentBody(DocumentJson.Write(body)));
    }
}
