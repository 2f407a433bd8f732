namespace Meridian.Health.Scheduling;

/// <summary>
/// Entries by the time they are due: a binary heap whose entries know their place, so that one can be taken out from
/// the middle (a removed member, a probe that ended before its deadline) in logarithmic time and without tombstones.
/// </summary>
internal sealed class DueQueue<T>
{
    private readonly List<DueEntry<T>> _heap = [];

    internal int Count => _heap.Count;

    /// <summary>The entry that is due first; null when there is none.</summary>
    internal DueEntry<T>? First => _heap.Count > 0 ? _heap[0] : null;

    internal void Add(DueEntry<T> entry, TimeSpan due)
    {
        if (entry.IsQueued)
        {
            throw new InvalidOperationException("The entry is queued already.");
        }

        entry.Due = due;
        _heap.Add(entry);
        MoveUp(entry, _heap.Count - 1);
    }

    /// <summary>Takes an entry out; does nothing when it is not queued.</summary>
    internal void Remove(DueEntry<T> entry)
    {
        if (!entry.IsQueued)
        {
            return;
        }

        int index = entry.Index;
        DueEntry<T> last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        entry.Index = -1;
        if (last != entry)
        {
            // The last entry fills the gap; from there it may have to go either way.
            MoveUp(last, index);
            MoveDown(last, last.Index);
        }
    }

    private void MoveUp(DueEntry<T> entry, int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].Due <= entry.Due)
            {
                break;
            }

            Place(_heap[parent], index);
            index = parent;
        }

        Place(entry, index);
    }

    private void MoveDown(DueEntry<T> entry, int index)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child + 1 < _heap.Count && _heap[child + 1].Due < _heap[child].Due)
            {
                child++;
            }

            if (child >= _heap.Count || _heap[child].Due >= entry.Due)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(entry, index);
    }

    private void Place(DueEntry<T> entry, int index)
    {
        _heap[index] = entry;
        entry.Index = index;
    }
}
