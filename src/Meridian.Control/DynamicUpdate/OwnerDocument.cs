using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// The document with the records of one owner, as records, and back: what an update did not change stays as somebody wrote it.
/// </summary>
internal sealed class OwnerDocument
{
    private static readonly SourcePosition Nowhere = new("", 0, 0);

    private readonly MapNode _body;
    private readonly uint _defaultTtl;

    private OwnerDocument(MapNode body, OwnerRecords records, uint defaultTtl)
    {
        _body = body;
        Records = records;
        _defaultTtl = defaultTtl;
    }

    public OwnerRecords Records { get; }

    /// <summary>Reads a document.</summary>
    /// <param name="apex">Relative names in data are completed with it.</param>
    /// <param name="owner">Whose records.</param>
    /// <param name="body">The document; null when there is none.</param>
    /// <param name="zoneTtl">For an owner that states none.</param>
    public static OwnerDocument Read(DomainName apex, DomainName owner, MapNode? body, uint zoneTtl)
    {
        body ??= new MapNode(Nowhere, []);
        uint defaultTtl = TtlOf(body) ?? zoneTtl;
        ImmutableArray<OwnerRRset>.Builder rrsets = ImmutableArray.CreateBuilder<OwnerRRset>();
        foreach (MapEntry entry in body.Entries)
        {
            if (RecordTypes.TryParse(entry.Key, out RecordType type))
            {
                rrsets.Add(ReadRRset(apex, type, entry.Value, defaultTtl));
            }
            else if (IsAlias(entry))
            {
                // It stands for the addresses of another name.
                rrsets.Add(new OwnerRRset(RecordType.A, defaultTtl, [], IsFixed: true));
                rrsets.Add(new OwnerRRset(RecordType.AAAA, defaultTtl, [], IsFixed: true));
            }
        }
        return new OwnerDocument(body, new OwnerRecords(owner, rrsets.ToImmutable()), defaultTtl);
    }

    /// <summary>The document with other records; null when none are left.</summary>
    public MapNode? With(OwnerRecords after)
    {
        if (after.RRsets.IsEmpty)
        {
            return null;
        }
        List<MapEntry> entries = [];
        HashSet<RecordType> written = [];
        foreach (MapEntry entry in _body.Entries)
        {
            if (!RecordTypes.TryParse(entry.Key, out RecordType type))
            {
                entries.Add(entry);
            }
            else if (after.Find(type) is { } rrset && written.Add(type))
            {
                bool isSame = Records.Find(type) is { } before && before.HasSameRecordsAs(rrset);
                entries.Add(isSame ? entry : entry with { Value = DataOf(rrset, entry.Value) });
            }
        }
        bool hasAlias = _body.Entries.Any(IsAlias);
        entries.AddRange(after.RRsets
            .Where(rrset => !written.Contains(rrset.Type) && rrset.Type != RecordType.SOA && !(hasAlias && rrset.IsFixed))
            .Select(rrset => new MapEntry(rrset.Type.ToMnemonic(), Nowhere, DataOf(rrset, null))));
        return new MapNode(Nowhere, [.. entries]);
    }

    /// <summary>The <c>ttl</c> of an owner's or a zone's document; null when it has none.</summary>
    public static uint? TtlOf(MapNode body) =>
        body.Find("ttl")?.Value is ScalarNode { IsNull: false } scalar && DurationText.TryParse(scalar.Text, out TimeSpan ttl)
            ? (uint)ttl.TotalSeconds
            : null;

    private static bool IsAlias(MapEntry entry) => OutsideAliasSection.IsAlias(entry.Key);

    private static OwnerRRset ReadRRset(DomainName apex, RecordType type, ConfigNode value, uint defaultTtl)
    {
        ConfigNode? data = value;
        uint ttl = defaultTtl;
        if (value is MapNode map)
        {
            data = map.Find("data")?.Value;
            ttl = TtlOf(map) ?? defaultTtl;
        }
        ImmutableArray<ConfigNode> items = data switch
        {
            ListNode list => list.Items,
            ScalarNode => [data],
            _ => [],
        };
        ImmutableArray<ReadOnlyMemory<byte>>.Builder rdata = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (ConfigNode item in items)
        {
            if (item is ScalarNode scalar
                && RdataText.TryScan(type, InlineRdata.ToMasterFileText(type, scalar.Text), apex, out byte[] octets, out _))
            {
                rdata.Add(octets);
            }
        }
        // Steered, or nothing that could be understood: there is something, and no update may touch it.
        bool isFixed = rdata.Count == 0 || rdata.Count != items.Length;
        return new OwnerRRset(type, ttl, isFixed ? [] : rdata.ToImmutable(), isFixed);
    }

    private ConfigNode DataOf(OwnerRRset rrset, ConfigNode? before)
    {
        ImmutableArray<ConfigNode> texts =
            [.. rrset.Rdata.Select(rdata => new ScalarNode(Nowhere, RdataText.Format(rrset.Type, rdata.Span), isPlain: false))];
        ConfigNode data = texts.Length == 1 ? texts[0] : new ListNode(Nowhere, texts);
        MapEntry? rotate = before is MapNode map ? map.Find("rotate") : null;
        if (rrset.TtlSeconds == _defaultTtl && rotate is null)
        {
            return data;
        }
        List<MapEntry> entries = [new("data", Nowhere, data)];
        if (rrset.TtlSeconds != _defaultTtl)
        {
            string ttl = DurationText.Format(TimeSpan.FromSeconds(rrset.TtlSeconds));
            entries.Add(new MapEntry("ttl", Nowhere, new ScalarNode(Nowhere, ttl, isPlain: false)));
        }
        if (rotate is { } kept)
        {
            entries.Add(kept);
        }
        return new MapNode(Nowhere, [.. entries]);
    }
}
