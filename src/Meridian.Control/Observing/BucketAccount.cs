using Meridian.Engine.Answering;

namespace Meridian.Control.Observing;

/// <summary>
/// How much each bucket of client networks asked within the last hour, every query of it: the account of who asks leaves out askers that are
/// small by name, however much they ask together, and a share of the clients must not be chosen by what is left. Not for several threads.
/// </summary>
internal sealed class BucketAccount
{
    // 1 to 20 min: how finely the window ends.
    private static readonly TimeSpan SlotLength = TimeSpan.FromMinutes(5);

    // 10 min to 6 h: who asks now, and not at another time of day. With the slot that is being written, 13 tables of 32 KiB.
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Queue<Slot> _slots = new();
    private Slot? _current;

    /// <summary>Takes queries of one moment.</summary>
    public void Add(in Asker asker, double weight, DateTimeOffset now) => Turn(now).Queries[ClientStage.BucketOf(asker.Network)] += weight;

    /// <summary>By bucket of <see cref="ClientStage"/>, what was asked in the last hour.</summary>
    public double[] Read(DateTimeOffset now)
    {
        _ = Turn(now);
        double[] sum = new double[ClientStage.BucketCount];
        foreach (Slot slot in _slots)
        {
            for (int bucket = 0; bucket < sum.Length; bucket++)
            {
                sum[bucket] += slot.Queries[bucket];
            }
        }
        return sum;
    }

    public void Clear()
    {
        _slots.Clear();
        _current = null;
    }

    private Slot Turn(DateTimeOffset now)
    {
        DateTimeOffset start = new(now.Ticks - (now.Ticks % SlotLength.Ticks), TimeSpan.Zero);
        if (_current is { } current && current.Start == start)
        {
            return current;
        }
        _current = new Slot(start, new double[ClientStage.BucketCount]);
        _slots.Enqueue(_current);
        // By number too: a clock that was set back must not have them pile up.
        while (_slots.TryPeek(out Slot? oldest) && (oldest.Start < start - Window || _slots.Count > (Window / SlotLength) + 1))
        {
            _slots.Dequeue();
        }
        return _current;
    }

    private sealed record Slot(DateTimeOffset Start, double[] Queries);
}
