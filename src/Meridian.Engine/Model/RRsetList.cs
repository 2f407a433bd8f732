using System.Collections;
using System.Runtime.CompilerServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>
/// The RRsets of a zone: an immutable list in pages, of which a list that follows it shares all but those that changed. What is static is
/// packed (<see cref="RRsetPage"/>): the objects that the list gives for it are made when they are asked for, so two of one RRset
/// say the same without being the same. Who goes over a whole zone for what is not static takes <see cref="Kept"/>.
/// </summary>
[CollectionBuilder(typeof(RRsetList), nameof(Create))]
public sealed class RRsetList : IReadOnlyList<RRsetModel>
{
    private readonly RRsetPage[] _pages;

    // The number of the first RRset of each page, and behind them that of all.
    private readonly int[] _firsts;

    private RRsetList(RRsetPage[] pages)
    {
        _pages = pages;
        _firsts = new int[pages.Length + 1];
        for (int i = 0; i < pages.Length; i++)
        {
            _firsts[i + 1] = checked(_firsts[i] + pages[i].Count);
        }
    }

    public static RRsetList Empty { get; } = new([]);

    public int Length => _firsts[^1];

    public int Count => Length;

    public bool IsEmpty => Length == 0;

    public RRsetModel this[int index]
    {
        get
        {
            int page = PageOf(index);
            return _pages[page].ModelAt(index - _firsts[page]);
        }
    }

    /// <summary>The RRsets that are not static, in order: steered ones, aliases, record sets. Costs nothing for those that are.</summary>
    public IEnumerable<RRsetModel> Kept
    {
        get
        {
            foreach (RRsetPage page in _pages)
            {
                for (int i = 0; page.HasKept && i < page.Count; i++)
                {
                    if (page.KeptAt(i) is { } kept)
                    {
                        yield return kept;
                    }
                }
            }
        }
    }

    internal ReadOnlySpan<RRsetPage> Pages => _pages;

    public static RRsetList Create(ReadOnlySpan<RRsetModel> rrsets)
    {
        RRsetListBuilder builder = new();
        foreach (RRsetModel rrset in rrsets)
        {
            builder.Add(rrset);
        }
        return builder.ToList();
    }

    /// <summary>A list of pages that were packed elsewhere, by several cores perhaps. None is empty.</summary>
    public static RRsetList FromPages(IReadOnlyCollection<RRsetPage> pages) => pages.Count == 0 ? Empty : new([.. pages]);

    /// <summary>An RRset as it is packed.</summary>
    public RRsetRow RowAt(int index)
    {
        int page = PageOf(index);
        return _pages[page].RowAt(index - _firsts[page]);
    }

    /// <summary>The RRsets of a type, in order.</summary>
    public IEnumerable<RRsetModel> OfType(RecordType type)
    {
        foreach (RRsetPage page in _pages)
        {
            for (int i = 0; i < page.Count; i++)
            {
                if (page.RowAt(i).Type == type)
                {
                    yield return page.ModelAt(i);
                }
            }
        }
    }

    /// <summary>Where the RRsets of a name begin, or those below it, or would; for a list in canonical order.</summary>
    public int FirstOf(DomainName name)
    {
        int low = 0;
        int high = Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) / 2);
            if (WireNames.CompareCanonical(RowAt(middle).OwnerWire, name.Wire) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>The RRsets of a name, in order of type; for a list in canonical order.</summary>
    public IEnumerable<RRsetModel> OfOwner(DomainName name)
    {
        for (int i = FirstOf(name); i < Length && RowAt(i).OwnerWire.SequenceEqual(name.Wire); i++)
        {
            yield return this[i];
        }
    }

    /// <summary>The RRset of a name and type; null when there is none. For a list in canonical order.</summary>
    public RRsetModel? Find(DomainName name, RecordType type)
    {
        for (int i = FirstOf(name); i < Length && RowAt(i) is var row && row.OwnerWire.SequenceEqual(name.Wire); i++)
        {
            if (row.Type == type)
            {
                return this[i];
            }
        }
        return null;
    }

    /// <summary>The list with another RRset in a place.</summary>
    public RRsetList SetItem(int index, RRsetModel rrset)
    {
        RRsetListBuilder builder = new();
        builder.Add(this, 0, index);
        builder.Add(rrset);
        builder.Add(this, index + 1, Length);
        return builder.ToList();
    }

    /// <summary>The list with others for those of <see cref="Kept"/>; owners and types stay.</summary>
    public RRsetList WithKept(Func<RRsetModel, RRsetModel> change)
    {
        RRsetListBuilder builder = new();
        for (int page = 0; page < _pages.Length; page++)
        {
            int copied = 0;
            for (int i = 0; _pages[page].HasKept && i < _pages[page].Count; i++)
            {
                if (_pages[page].KeptAt(i) is { } kept)
                {
                    builder.Add(this, _firsts[page] + copied, _firsts[page] + i);
                    builder.Add(change(kept));
                    copied = i + 1;
                }
            }
            builder.Add(this, _firsts[page] + copied, _firsts[page + 1]);
        }
        return builder.ToList();
    }

    /// <summary>The list in canonical order of owners, then types: itself when it is.</summary>
    internal RRsetList InOrder() => IsInOrder() ? this : [.. this.OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type)];

    /// <summary>Whether it is in canonical order, each owner and type once.</summary>
    internal bool IsInOrder()
    {
        RRsetRow before = default;
        for (RRsetCursor at = new(this); !at.IsAtEnd; at.MoveNext())
        {
            if (at.Index > 0 && RRsetRow.Compare(before, at.Row) >= 0)
            {
                return false;
            }
            before = at.Row;
        }
        return true;
    }

    public IEnumerator<RRsetModel> GetEnumerator()
    {
        foreach (RRsetPage page in _pages)
        {
            for (int i = 0; i < page.Count; i++)
            {
                yield return page.ModelAt(i);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The page of an RRset.</summary>
    internal int PageOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        int page = Array.BinarySearch(_firsts, index);
        return page >= 0 ? page : ~page - 1;
    }

    /// <summary>The number of a page's first RRset.</summary>
    internal int FirstOfPage(int page) => _firsts[page];
}
