using System.Collections.Immutable;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.DynamicUpdate;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>The record sets of one owner's document. What this API cannot show (steered types) stays as it is.</summary>
internal sealed class OwnerRecordSets
{
    private readonly RecordSetContext _context;
    private readonly MapNode _body;

    private OwnerRecordSets(RecordSetContext context, MapNode body, ImmutableArray<RecordSet> sets, ImmutableHashSet<RecordType> foreign)
    {
        _context = context;
        _body = body;
        Sets = sets;
        ForeignTypes = foreign;
    }

    /// <summary>In the order of lists.</summary>
    public ImmutableArray<RecordSet> Sets { get; }

    /// <summary>Types that a policy decides: they are there, and only the native API changes them.</summary>
    public ImmutableHashSet<RecordType> ForeignTypes { get; }

    /// <summary>Reads a document.</summary>
    /// <param name="context">Whose.</param>
    /// <param name="body">Null when there is none.</param>
    public static OwnerRecordSets Read(RecordSetContext context, MapNode? body)
    {
        body ??= Nodes.Empty;
        context = context with { DefaultTtl = OwnerDocument.TtlOf(body) ?? context.DefaultTtl };
        List<RecordSet> sets = [];
        HashSet<RecordType> foreign = [];
        foreach (MapEntry entry in body.Entries)
        {
            if (entry.Key == "ALIAS")
            {
                foreign.UnionWith([RecordType.A, RecordType.AAAA]);
            }
            if (!RecordTypes.TryParse(entry.Key, out RecordType type))
            {
                continue;
            }
            ImmutableArray<RecordSet> read = RecordSetCodec.Read(context, type, entry.Value);
            if (read.IsEmpty)
            {
                foreign.Add(type);
            }
            sets.AddRange(read);
        }
        sets.Sort(RecordSetOrder.WithinOwner);
        return new OwnerRecordSets(context, body, [.. sets], [.. foreign]);
    }

    /// <summary>The document with other sets; null when nothing is left.</summary>
    public MapNode? With(IReadOnlyList<RecordSet> sets)
    {
        List<MapEntry> entries = [];
        HashSet<RecordType> written = [];
        foreach (MapEntry entry in _body.Entries)
        {
            if (!RecordTypes.TryParse(entry.Key, out RecordType type) || ForeignTypes.Contains(type))
            {
                entries.Add(entry);
                continue;
            }
            RecordSet[] now = [.. sets.Where(set => set.Type == type)];
            if (now.Length == 0)
            {
                continue;
            }
            written.Add(type);
            // What did not change stays as somebody wrote it.
            bool isSame = now.Length == Sets.Count(set => set.Type == type) && now.All(set => Sets.Contains(set));
            entries.Add(isSame ? entry : entry with { Value = RecordSetCodec.Write(_context, now) });
        }
        foreach (IGrouping<RecordType, RecordSet> added in sets.Where(set => !written.Contains(set.Type)).GroupBy(set => set.Type))
        {
            entries.Add(Nodes.Entry(added.Key.ToMnemonic(), RecordSetCodec.Write(_context, [.. added])));
        }
        return entries.Any(entry => entry.Key is not ("ttl" or "rotate")) ? Nodes.Map(entries) : null;
    }

    /// <summary>The document with a type written as it is, or without it; null when nothing is left.</summary>
    public MapNode? With(RecordType type, MapNode? value)
    {
        MapNode body = _body.With(type.ToMnemonic(), value);
        return body.Entries.Any(entry => entry.Key is not ("ttl" or "rotate")) ? body : null;
    }
}
