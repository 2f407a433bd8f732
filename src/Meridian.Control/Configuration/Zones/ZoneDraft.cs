using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// A zone while it is being put together from inline records and its master file, with every position.
/// </summary>
internal sealed class ZoneDraft(ZoneKey key, SourcePosition position, string path)
{
    private readonly List<RRsetDraft> _rrsets = [];
    private readonly Dictionary<DomainName, RRsetDraft> _firstOfOwner = [];

    public ZoneKey Key { get; } = key;

    public DomainName Apex => Key.Apex;

    /// <summary>Of the zone's key.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>Where in the model.</summary>
    public string Path { get; } = path;

    public SoaModel? Soa { get; set; }

    public uint DefaultTtlSeconds { get; set; }

    public GuardModel? Guard { get; init; }

    public bool NeedsApproval { get; init; }

    public ModelList<string> Views { get; init; }

    public ModelList<OwnershipModel> OwnedBy { get; init; }

    /// <summary>The id by which the Route 53 API knows it; null where that follows from its name.</summary>
    public string? Route53Id { get; init; }

    /// <summary>Where the id is written.</summary>
    public SourcePosition? Route53IdPosition { get; init; }

    /// <summary>The rest of the zone, when only some of its owners are in the draft; null when all are.</summary>
    public ZoneSurroundings? Surroundings { get; init; }

    /// <summary>
    /// Whether everything that was written could be read: what is not there may otherwise be what was not understood.
    /// </summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>RRsets that no rule says anything about; there are no drafts of them.</summary>
    public PlainRecords? Plain { get; set; }

    /// <summary>All but the plain ones.</summary>
    public IReadOnlyList<RRsetDraft> RRsets => _rrsets;

    /// <summary>An RRset that is not a plain one.</summary>
    public RRsetDraft? Find(DomainName owner, RecordType type)
    {
        RRsetDraft? rrset = _firstOfOwner.GetValueOrDefault(owner);
        while (rrset is not null && rrset.Type != type)
        {
            rrset = rrset.NextOfOwner;
        }
        return rrset;
    }

    /// <summary>Whether the zone has an RRset, in the draft or around it.</summary>
    public bool Has(DomainName owner, RecordType type) =>
        Find(owner, type) is not null || Plain?.Has(owner, type) == true || Surroundings?.Find(owner, type) is not null;

    /// <summary>Where an RRset that the zone has is written.</summary>
    public SourcePosition PositionOf(DomainName owner, RecordType type) =>
        Find(owner, type)?.Position ?? Surroundings?.PositionOf(owner) ?? Position;

    /// <summary>All RRsets of a name; none when it has none.</summary>
    public IEnumerable<RRsetDraft> OfOwner(DomainName owner)
    {
        for (RRsetDraft? rrset = _firstOfOwner.GetValueOrDefault(owner); rrset is not null; rrset = rrset.NextOfOwner)
        {
            yield return rrset;
        }
    }

    /// <summary>
    /// Where an owner's records are in the model: <c>zones/example.com./records/www</c>, however it was written.
    /// </summary>
    public string PathOf(DomainName owner)
    {
        string text = owner.ToString();
        string apex = Apex.ToString();
        string relative = owner == Apex ? "@" : Apex.IsRoot ? text[..^1] : text[..^(apex.Length + 1)];
        return $"{Path}/records/{relative}";
    }

    /// <summary>Where an RRset is in the model: <c>zones/example.com./records/www/A</c>.</summary>
    public string PathOf(DomainName owner, RecordType type) => $"{PathOf(owner)}/{type.ToMnemonic()}";

    /// <summary>Makes room for records that are about to be added, as if each were an RRset of its own.</summary>
    public void Expect(int records)
    {
        _rrsets.EnsureCapacity(_rrsets.Count + records);
        _firstOfOwner.EnsureCapacity(_firstOfOwner.Count + records);
    }

    /// <summary>Adds an RRset; false when its owner has one of this type already.</summary>
    public bool TryAdd(RRsetDraft rrset) => ReferenceEquals(AddOrFind(rrset), rrset);

    /// <summary>Adds an RRset, or gives the one of the same owner and type that is there already.</summary>
    public RRsetDraft AddOrFind(RRsetDraft rrset)
    {
        ref RRsetDraft? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_firstOfOwner, rrset.Owner, out _);
        RRsetDraft? last = first;
        for (RRsetDraft? at = first; at is not null; at = at.NextOfOwner)
        {
            if (at.Type == rrset.Type)
            {
                return at;
            }
            last = at;
        }
        if (last is null)
        {
            first = rrset;
        }
        else
        {
            last.NextOfOwner = rrset;
        }
        _rrsets.Add(rrset);
        return rrset;
    }
}

/// <summary>The records of one owner and type, with the position of each.</summary>
internal sealed class RRsetDraft(DomainName owner, RecordType type, SourcePosition position, string? path)
{
    private readonly string? _path = path;

    public DomainName Owner { get; } = owner;

    public RecordType Type { get; } = type;

    /// <summary>Of the type's key, or of the first record in a master file.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>Where in the model. Made when it is asked for, where a million of them would never be: for records of files.</summary>
    public string Path => _path ?? Zone!.PathOf(Owner, Type); // One of the two is given.

    /// <summary>The zone that <see cref="Path"/> can be made from.</summary>
    public ZoneDraft? Zone { get; init; }

    /// <summary>Another RRset of the same name; kept by <see cref="ZoneDraft"/>.</summary>
    public RRsetDraft? NextOfOwner { get; set; }

    public bool IsFromFile { get; init; }

    public uint? TtlSeconds { get; set; }

    public bool Rotate { get; init; }

    public SteeredDataModel? Steering { get; init; }

    public OutsideAliasModel? Outside { get; init; }

    public ModelList<RecordSetModel> Sets { get; init; } = [];

    public AliasModel? Alias { get; init; }

    public List<RdataDraft> Rdata { get; } = new(1);
}

/// <summary>One record's data and where it is written.</summary>
internal readonly record struct RdataDraft(byte[] Rdata, SourcePosition Position);
