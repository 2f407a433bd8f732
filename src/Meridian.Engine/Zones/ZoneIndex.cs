using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Zones;

/// <summary>
/// Finds the zone that a name belongs to for a client: of those that the client sees the one whose apex is the longest suffix
/// of it. Immutable.
/// </summary>
internal sealed class ZoneIndex
{
    private readonly ZoneTable _public;

    // By the number of the view; null where no zone has views, which is what most servers are asked to look at per query.
    private readonly ZoneTable?[]? _ofView;

    /// <param name="zones">In the order of the model.</param>
    /// <param name="views">Which view a client is in.</param>
    public ZoneIndex(ImmutableArray<CompiledZone> zones, ViewMap views)
    {
        Zones = zones;
        ViewMap = views;
        List<int> everybodys = new(zones.Length);
        SortedDictionary<int, List<int>> ofView = [];
        for (int i = 0; i < zones.Length; i++)
        {
            if (!zones[i].Model.IsPrivate)
            {
                everybodys.Add(i);
            }
            foreach (string view in zones[i].Model.Views)
            {
                int number = views.NumberOf(view);
                if (!ofView.TryGetValue(number, out List<int>? own))
                {
                    ofView.Add(number, own = []);
                }
                own.Add(i);
            }
        }
        _public = new ZoneTable(zones, [.. everybodys]);
        if (ofView.Count > 0)
        {
            _ofView = new ZoneTable?[views.Views.Count];
            foreach ((int view, List<int> own) in ofView)
            {
                _ofView[view] = new ZoneTable(zones, [.. own]);
            }
        }
    }

    /// <summary>All of them, whoever sees them.</summary>
    public ImmutableArray<CompiledZone> Zones { get; }

    public ViewMap ViewMap { get; }

    /// <summary>Whether what a client sees depends on who it is.</summary>
    public bool HasViews => _ofView is not null;

    /// <summary>The zones that only a client's view has; null for a client without any.</summary>
    /// <param name="source">The source address of the client's packets.</param>
    /// <param name="counter">Counts the client's view; null counts nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ZoneTable? OwnOf(ClientAddress source, ViewQueryCounter? counter) => _ofView is null ? null : OwnOf(_ofView, source, counter);

    /// <summary>The number of the zone that answers a question, or −1.</summary>
    /// <param name="own">What <see cref="OwnOf(ClientAddress, ViewQueryCounter?)"/> says of the client.</param>
    /// <param name="name">A lower-case wire name.</param>
    /// <param name="labels">Where its labels begin, left to right.</param>
    /// <param name="type">What is asked for.</param>
    public int FindZone(ZoneTable? own, ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, RecordType type)
    {
        int zone = FindClosest(own, name, labels, skipExact: false);
        if (type != RecordType.DS || zone < 0 || Zones[zone].Apex.Wire.Length != name.Length)
        {
            return zone;
        }
        // RFC 4035 §3.1.4.1: DS is on the parent's side of a cut. A zone that has no cut there knows nothing of this one, and its
        // NXDOMAIN would make a resolver take everything below for missing too (RFC 8020 §2). Neither does one that everybody sees
        // know of a zone that is there for some.
        bool isOwn = own is not null && own.FindExact(name) == zone;
        int parent = isOwn ? own!.FindClosest(name, labels, skipExact: true) // Looked at right above.
            : FindClosest(own, name, labels, skipExact: true);
        return parent >= 0 && Zones[parent].HasCutAt(name) ? parent : zone;
    }

    /// <summary>The zone of this very name that a client sees; null when it sees none.</summary>
    public CompiledZone? FindExact(ReadOnlySpan<byte> apex, ClientAddress source)
    {
        int zone = OwnOf(source, counter: null)?.FindExact(apex) ?? -1;
        zone = zone >= 0 ? zone : _public.FindExact(apex);
        return zone >= 0 ? Zones[zone] : null;
    }

    private ZoneTable? OwnOf(ZoneTable?[] ofView, ClientAddress source, ViewQueryCounter? counter)
    {
        int view = ViewMap.Find(source);
        counter?.Count(ViewMap, view);
        return view < 0 ? null : ofView[view];
    }

    /// <summary>The closest zone that a client sees; of two with the same name that of its view.</summary>
    private int FindClosest(ZoneTable? own, ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, bool skipExact)
    {
        int everybodys = _public.FindClosest(name, labels, skipExact);
        if (own is null)
        {
            return everybodys;
        }
        int mine = own.FindClosest(name, labels, skipExact);
        bool isMine = mine >= 0 && (everybodys < 0 || Zones[mine].Apex.Wire.Length >= Zones[everybodys].Apex.Wire.Length);
        return isMine ? mine : everybodys;
    }
}
