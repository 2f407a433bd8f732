using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Adds the records of a master file, and of those it includes, to a zone.</summary>
internal sealed class ZoneFileReader
{
    private readonly ReadContext _context;
    private readonly ZoneDraft _zone;
    private readonly HashSet<RRsetDraft> _uneven = [];
    private SoaDraft? _soa;

    private ZoneFileReader(ReadContext context, ZoneDraft zone)
    {
        _context = context;
        _zone = zone;
    }

    /// <summary>Reads the file; gives its start of authority, if it has one.</summary>
    /// <param name="context">The load.</param>
    /// <param name="zone">Holds the inline records already.</param>
    /// <param name="file">The path, resolved.</param>
    /// <param name="named">Where the file is named.</param>
    /// <param name="defaultTtlSeconds">For records that state none, before any $TTL; null takes the SOA's MINIMUM.</param>
    public static SoaDraft? Read(
        ReadContext context, ZoneDraft zone, string file, NamedFile named, uint? defaultTtlSeconds)
    {
        if (context.Documents.ReadText(file, named.Position, named.Path) is not { } text)
        {
            zone.IsComplete = false;
            return null;
        }
        ZoneFileOptions options = new()
        {
            DefaultTtlSeconds = defaultTtlSeconds,
            Limits = context.Options.Limits.ZoneFiles,
            Cores = Environment.ProcessorCount,
        };
        ZoneFileResult result = ZoneFileScanner.Scan(
            file, zone.Apex, new ZoneFileDocuments(context.Documents, new ZoneFileText(file, text)), options);
        ZoneFileReader reader = new(context, zone);
        foreach (ZoneFileError error in result.Errors)
        {
            zone.IsComplete = false;
            context.Diagnostics.Error(At(error.Position), zone.Path, error.Message);
        }
        reader.Add(result.Records, isWithoutMistakes: result.Errors.Count == 0);
        return reader._soa;
    }

    private void Add(ZoneFileRecords records, bool isWithoutMistakes)
    {
        if (isWithoutMistakes && records.Count >= _context.Options.LeastPlainRecords)
        {
            _zone.Plain = PlainRecords.Of(records, _zone);
        }
        int[]? numbers = _zone.Plain?.Others;
        // Most records are RRsets of their own: the objects for them are made by all cores, and put together by one.
        RRsetDraft[] drafts = new RRsetDraft[numbers?.Length ?? records.Count];
        CoreShares.ForEach(drafts.Length, i => drafts[i] = DraftOf(records.RowAt(numbers?[i] ?? i)));
        _zone.Expect(drafts.Length);
        for (int i = 0; i < drafts.Length; i++)
        {
            if (Refuse(drafts[i]) is { } reason)
            {
                _zone.IsComplete = false;
                _context.Diagnostics.Error(drafts[i].Position, _zone.Path, reason);
            }
            else if (drafts[i].Type == RecordType.SOA)
            {
                AddSoa(records[numbers?[i] ?? i].Record, drafts[i].Position);
            }
            else
            {
                Add(drafts[i]);
            }
        }
    }

    /// <summary>The record as an RRset of its own.</summary>
    private RRsetDraft DraftOf(ZoneFileRow record)
    {
        SourcePosition position = At(record.Position);
        // No entry in the index of positions: for a record of a file it would weigh more than the record, and what is
        // wrong with one is found here.
        RRsetDraft rrset = new(record.Owner, record.Type, position, path: null)
        {
            Zone = _zone,
            IsFromFile = true,
            TtlSeconds = record.TtlSeconds,
        };
        rrset.Rdata.Add(new RdataDraft(record.Rdata.ToArray(), position));
        return rrset;
    }

    private void Add(RRsetDraft draft)
    {
        SourcePosition position = draft.Position;
        RRsetDraft rrset = _zone.AddOrFind(draft);
        if (ReferenceEquals(rrset, draft))
        {
            return;
        }
        if (!rrset.IsFromFile)
        {
            _context.Diagnostics.Error(
                position,
                rrset.Path,
                $"{draft.Owner} {draft.Type.ToMnemonic()} is also an inline record, at {rrset.Position}: keep one of "
                    + "the two");
            return;
        }
        if (rrset.TtlSeconds != draft.TtlSeconds)
        {
            MakeEven(rrset, draft.TtlSeconds!.Value, position); // Every record of a file has one.
        }
        rrset.Rdata.AddRange(draft.Rdata);
    }

    /// <summary>
    /// RFC 2181 §5.2: the TTLs of one RRset are equal; where they are not, the lowest is safe for all of them.
    /// </summary>
    private void MakeEven(RRsetDraft rrset, uint ttlSeconds, SourcePosition position)
    {
        rrset.TtlSeconds = Math.Min(rrset.TtlSeconds ?? ttlSeconds, ttlSeconds);
        if (_uneven.Add(rrset))
        {
            _context.Diagnostics.Warning(
                position,
                rrset.Path,
                $"the {rrset.Type.ToMnemonic()} records of {rrset.Owner} have different TTLs: the lowest is taken for "
                    + "all (RFC 2181 §5.2)");
        }
    }

    private string? Refuse(RRsetDraft record)
    {
        if (!record.Owner.IsSubdomainOf(_zone.Apex))
        {
            return $"{record.Owner} is outside the zone {_zone.Apex}";
        }
        if (record.Type.IsMetaOrQueryType() || record.Type == RecordType.None)
        {
            return $"{record.Type.ToMnemonic()} can only be asked for: a zone holds no such records (RFC 6895 §3.1)";
        }
        return UnservableTypes.Explain(record.Type);
    }

    private void AddSoa(ResourceRecord record, SourcePosition position)
    {
        if (record.Owner != _zone.Apex)
        {
            _context.Diagnostics.Error(
                position, _zone.Path, $"a start of authority can only stand at the zone's apex, {_zone.Apex}");
        }
        else if (_soa is not null)
        {
            _context.Diagnostics.Error(
                position, _zone.Path, $"the zone has a start of authority already, at {_soa.Position}");
        }
        else
        {
            _soa = SoaSection.FromRecord(record, position);
        }
    }

    private static SourcePosition At(ZoneFilePosition position) => new(position.File, position.Line, position.Column);
}

/// <summary>Where a document names a file.</summary>
/// <param name="Position">Of the name.</param>
/// <param name="Path">Where in the model.</param>
internal readonly record struct NamedFile(SourcePosition Position, string Path);
