using Meridian.Dns.ZoneFiles;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Packs the RRsets of a zone that passed all rules, drafts and plain ones together, in canonical order; several cores a large zone.</summary>
internal sealed class ZonePacker
{
    /// <summary>Pages from which it is worth the while to wake another core.</summary>
    private const int LeastShared = 16;

    private readonly RRsetDraft[] _drafts;
    private readonly PlainRecords? _plain;

    // Where each draft stands among all.
    private readonly int[] _places;
    private readonly int _count;

    /// <param name="drafts">In order.</param>
    /// <param name="plain">The others; null for none.</param>
    public ZonePacker(RRsetDraft[] drafts, PlainRecords? plain)
    {
        _drafts = drafts;
        _plain = plain;
        _count = drafts.Length + (plain?.Count ?? 0);
        _places = new int[drafts.Length];
        for (int i = 0; i < _places.Length; i++)
        {
            _places[i] = i + (plain?.FirstOf(drafts[i].Owner, drafts[i].Type) ?? 0);
        }
    }

    public RRsetList Pack()
    {
        RRsetPage[] pages = new RRsetPage[(_count + RRsetPageBuilder.Capacity - 1) / RRsetPageBuilder.Capacity];
        if (pages.Length < LeastShared)
        {
            RRsetPageBuilder builder = new();
            for (int i = 0; i < pages.Length; i++)
            {
                pages[i] = Pack(i, builder);
            }
        }
        else
        {
            Parallel.For(0, pages.Length, static () => new RRsetPageBuilder(), (i, _, builder) =>
            {
                pages[i] = Pack(i, builder);
                return builder;
            }, static _ => { });
        }
        return RRsetList.FromPages(pages);
    }

    private RRsetPage Pack(int page, RRsetPageBuilder builder)
    {
        int start = page * RRsetPageBuilder.Capacity;
        int end = Math.Min(_count, start + RRsetPageBuilder.Capacity);
        int found = Array.BinarySearch(_places, start);
        int draft = found >= 0 ? found : ~found;
        int plain = start - draft;
        for (int i = start; i < end; i++)
        {
            if (draft < _drafts.Length && _places[draft] == i)
            {
                Add(_drafts[draft++], builder);
            }
            else
            {
                ZoneFileRow record = _plain!.RowAt(plain++); // What is not a draft is one of these.
                builder.Begin(record.OwnerWire, record.Type, record.TtlSeconds, rotate: false);
                builder.AddRecord(record.Rdata);
            }
        }
        return builder.ToPage();
    }

    private static void Add(RRsetDraft draft, RRsetPageBuilder builder) => builder.Add(ZoneAssembler.ToModel(draft));
}
