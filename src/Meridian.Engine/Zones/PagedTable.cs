namespace Meridian.Engine.Zones;

/// <summary>
/// The RRsets of a zone by number. Immutable, in pages, so that a table with a few other entries shares all pages but
/// theirs: a change in a zone of a million copies a page, not the table.
/// </summary>
internal sealed class RRsetTable
{
    // 1,024 entries of some 50 octets: a copied page is 50 KB, and the list of pages of a million entries 8 KB.
    private const int PageBits = 10;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly RRsetEntry[][] _pages;

    private RRsetTable(RRsetEntry[][] pages, int count)
    {
        _pages = pages;
        Count = count;
    }

    public int Count { get; }

    public ref readonly RRsetEntry this[int index] => ref _pages[index >> PageBits][index & PageMask];

    public static RRsetTable Create(List<RRsetEntry> entries)
    {
        RRsetEntry[][] pages = new RRsetEntry[(entries.Count + PageMask) >> PageBits][];
        for (int page = 0; page < pages.Length; page++)
        {
            int first = page << PageBits;
            pages[page] = new RRsetEntry[Math.Min(entries.Count - first, PageMask + 1)];
            entries.CopyTo(first, pages[page], 0, pages[page].Length);
        }
        return new RRsetTable(pages, entries.Count);
    }

    /// <summary>The table with other entries in some places.</summary>
    public RRsetTable With(IReadOnlyDictionary<int, RRsetEntry> changes)
    {
        RRsetEntry[][] pages = [.. _pages];
        foreach ((int index, RRsetEntry entry) in changes)
        {
            int page = index >> PageBits;
            if (ReferenceEquals(pages[page], _pages[page]))
            {
                pages[page] = [.. _pages[page]];
            }
            pages[page][index & PageMask] = entry;
        }
        return new RRsetTable(pages, Count);
    }
}
