using System.Runtime.CompilerServices;

namespace Meridian.Engine.Model;

/// <summary>A place in a list of RRsets, which goes forward: the quick way over all of a list, without an object for each.</summary>
public struct RRsetCursor
{
    private readonly RRsetList _list;
    private int _page;
    private int _row;

    /// <summary>At an RRset, or at the end.</summary>
    /// <param name="list">The list.</param>
    /// <param name="index">Which; at most the list's length.</param>
    public RRsetCursor(RRsetList list, int index = 0)
    {
        _list = list;
        _page = index == list.Length ? list.Pages.Length : list.PageOf(index);
        _row = index - list.FirstOfPage(_page);
        Index = index;
    }

    /// <summary>The number of the RRset in the list.</summary>
    public int Index { get; private set; }

    public readonly bool IsAtEnd => _page == _list.Pages.Length;

    /// <summary>The RRset as it is packed; not at the end.</summary>
    public readonly RRsetRow Row
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _list.Pages[_page].RowAt(_row);
    }

    /// <summary>The RRset when it is not static; null when its row says all of it.</summary>
    public readonly RRsetModel? Kept => _list.Pages[_page].KeptAt(_row);

    /// <summary>The RRset as an object, made now for a static one.</summary>
    public readonly RRsetModel Model => _list.Pages[_page].ModelAt(_row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        Index++;
        if (++_row == _list.Pages[_page].Count)
        {
            _page++;
            _row = 0;
        }
    }

    /// <summary>Whether both are at the beginning of one page that both lists have.</summary>
    internal readonly bool SharesPageWith(in RRsetCursor other) =>
        _row == 0 && other._row == 0 && !IsAtEnd && !other.IsAtEnd && ReferenceEquals(_list.Pages[_page], other._list.Pages[other._page]);

    /// <summary>Goes behind the page; from its beginning.</summary>
    internal void SkipPage()
    {
        Index += _list.Pages[_page].Count;
        _page++;
    }
}
