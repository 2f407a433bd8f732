namespace Meridian.Engine.Model;

/// <summary>Puts a list of RRsets together, in the order in which they are added, from new ones and from stretches of other lists.</summary>
public sealed class RRsetListBuilder
{
    // Pages that changes made small are not left alone: a list of many small ones would be slow to go through.
    private const int LeastShared = RRsetPageBuilder.Capacity / 4;

    // A page that was full and got some more stays one page; it is cut when it has twice as many.
    private const int Greatest = RRsetPageBuilder.Capacity * 2;

    private readonly List<RRsetPage> _pages = [];
    private readonly RRsetPageBuilder _page = new();
    private bool _isCopying;

    /// <summary>Adds an RRset.</summary>
    public void Add(RRsetModel rrset)
    {
        MakeRoom();
        _page.Add(rrset);
    }

    /// <summary>Adds a stretch of a list; pages that are whole in it are shared and not copied.</summary>
    /// <param name="list">The list.</param>
    /// <param name="start">The first that is added.</param>
    /// <param name="end">The first behind the stretch.</param>
    public void Add(RRsetList list, int start, int end)
    {
        _isCopying = true;
        while (start < end)
        {
            int number = list.PageOf(start);
            RRsetPage page = list.Pages[number];
            int first = start - list.FirstOfPage(number);
            int last = Math.Min(page.Count, end - list.FirstOfPage(number));
            if (first == 0 && last == page.Count && (_page.Count == 0 || _page.Count >= LeastShared))
            {
                Close();
                _pages.Add(page);
            }
            else
            {
                for (int i = first; i < last; i++)
                {
                    MakeRoom();
                    _page.Add(page, i);
                }
            }
            start += last - first;
        }
    }

    /// <summary>The list.</summary>
    public RRsetList ToList()
    {
        Close();
        return RRsetList.FromPages(_pages);
    }

    private void MakeRoom()
    {
        if (_page.Count == (_isCopying ? Greatest : RRsetPageBuilder.Capacity))
        {
            Close();
        }
    }

    private void Close()
    {
        if (_page.Count > 0)
        {
            _pages.Add(_page.ToPage());
        }
    }
}
