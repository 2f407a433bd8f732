
namespace Meridian.Control.Configuration.Zones;

/// <summary>Sorts an array on several cores: stretches by themselves, which are then merged in pairs.</summary>
internal static class ParallelSort
{
    /// <summary>Elements below which one core is as fast as two: about a millisecond of sorting.</summary>
    private const int LeastShared = 1 << 13;

    /// <summary>Sorts; which of two equal elements comes first is not said.</summary>
    /// <param name="items">What is sorted, in place.</param>
    /// <param name="cores">How many may work at the same time, at least 1.</param>
    public static void Sort<T>(T[] items, int cores)
        where T : IComparable<T>
    {
        if (cores < 2 || items.Length < 2 * LeastShared)
        {
            Array.Sort(items);
            return;
        }
        Sort(items, new T[items.Length], 0, items.Length, cores);
    }

    private static void Sort<T>(T[] items, T[] scratch, int start, int end, int cores)
        where T : IComparable<T>
    {
        if (cores < 2 || end - start < 2 * LeastShared)
        {
            Array.Sort(items, start, end - start);
            return;
        }
        int middle = start + ((end - start) / 2);
        Parallel.Invoke(
            () => Sort(items, scratch, start, middle, cores / 2),
            () => Sort(items, scratch, middle, end, cores - (cores / 2)));
        Merge(items, scratch, start, middle, end);
    }

    private static void Merge<T>(T[] items, T[] scratch, int start, int middle, int end)
        where T : IComparable<T>
    {
        // Files are often in order already: then the halves are in place.
        if (items[middle - 1].CompareTo(items[middle]) <= 0)
        {
            return;
        }
        Array.Copy(items, start, scratch, start, end - start);
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++)
        {
            bool isLeft = right == end || (left < middle && scratch[left].CompareTo(scratch[right]) <= 0);
            items[i] = isLeft ? scratch[left++] : scratch[right++];
        }
    }
}
