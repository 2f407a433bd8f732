using System.Numerics;

namespace Meridian.Engine.Zones;

/// <summary>
/// Entries of a zone by number. Immutable, in pages, so that a table with a few other entries shares all pages but theirs: a
/// change in a zone of a million copies a page, not the table.
/// </summary>
internal sealed class PagedTable<T>
    where T : struct
{
    // 1,024 entries of 30 to 50 octets: a copied page is 50 KB, and the list of pages of a million entries 8 KB.
    private const int PageBits = 10;
    private const int PageMask = (1 << PageBits) - 1;

    // Pages from which it is worth the while to wake another core: some megabytes.
    private const int LeastShared = 64;

    private readonly T[][] _pages;

    private PagedTable(T[][] pages, int count)
    {
        _pages = pages;
        Count = count;
    }

    public int Count { get; }

    public ref readonly T this[int index] => ref _pages[index >> PageBits][index & PageMask];

    /// <summary>A table of blank entries, for who fills it in by <see cref="Writable"/> before anybody else has it.</summary>
    public static PagedTable<T> Create(int count)
    {
        T[][] pages = new T[(count + PageMask) >> PageBits][];
        if (pages.Length < LeastShared)
        {
            for (int page = 0; page < pages.Length; page++)
            {
                pages[page] = BlankOf(page, count);
            }
        }
        else
        {
            // The kernel gives out memory for the first time here, which takes longer than most of what is done with it.
            Parallel.For(0, pages.Length, page => pages[page] = BlankOf(page, count));
        }
        return new PagedTable<T>(pages, count);
    }

    /// <summary>An entry of a table that nobody else has yet.</summary>
    public ref T Writable(int index) => ref _pages[index >> PageBits][index & PageMask];

    /// <summary>The table with other entries in some places, and perhaps longer: places between that are not given are blank.</summary>
    public PagedTable<T> With(IReadOnlyDictionary<int, T> changes)
    {
        int count = Count;
        foreach (int index in changes.Keys)
        {
            count = Math.Max(count, index + 1);
        }
        T[][] pages = new T[(count + PageMask) >> PageBits][];
        _pages.CopyTo(pages, 0);
        foreach ((int index, T entry) in changes)
        {
            int page = index >> PageBits;
            if (page >= _pages.Length ? pages[page] is null : ReferenceEquals(pages[page], _pages[page]))
            {
                pages[page] = CopyOf(pages[page], LengthOf(page, count));
            }
            pages[page][index & PageMask] = entry;
        }
        for (int page = 0; page < pages.Length; page++)
        {
            // Numbers that were given away and never used are in nobody's changes.
            if (pages[page] is null || pages[page].Length < Math.Min(count - (page << PageBits), PageMask + 1))
            {
                pages[page] = CopyOf(pages[page], LengthOf(page, count));
            }
        }
        return new PagedTable<T>(pages, count);
    }

    private static T[] BlankOf(int page, int count) => new T[Math.Min(count - (page << PageBits), PageMask + 1)];

    /// <summary>How long a page is: whole, or for the last one with some room, so that the next entry needs no larger one.</summary>
    private static int LengthOf(int page, int count)
    {
        int needed = count - (page << PageBits);
        return needed > PageMask ? PageMask + 1 : (int)BitOperations.RoundUpToPowerOf2((uint)needed);
    }

    private static T[] CopyOf(T[]? page, int length)
    {
        T[] copy = new T[Math.Max(length, page?.Length ?? 0)];
        page?.CopyTo(copy, 0);
        return copy;
    }
}
