using Meridian.Health.Scheduling;

namespace Meridian.Health.Tests.Scheduling;

public sealed class DueQueueTests
{
    [Fact]
    public void AnyOperations_AgreeWithSortedList()
    {
        Random random = new(20260301);
        DueQueue<int> queue = new();
        DueEntry<int>[] entries = [.. Enumerable.Range(0, 300).Select(i => new DueEntry<int>(i))];
        HashSet<DueEntry<int>> queued = [];
        for (int step = 0; step < 50_000; step++)
        {
            DueEntry<int> entry = entries[random.Next(entries.Length)];
            if (random.Next(3) == 0 && queue.First is { } first)
            {
                queue.Remove(first);
                queued.Remove(first);
            }
            else if (entry.IsQueued)
            {
                queue.Remove(entry);
                queued.Remove(entry);
            }
            else
            {
                queue.Add(entry, TimeSpan.FromMilliseconds(random.Next(1000)));
                queued.Add(entry);
            }

            Assert.Equal(queued.Count, queue.Count);
            Assert.Equal(queued.Count == 0 ? null : queued.Min(e => e.Due), queue.First?.Due);
            Assert.Equal(queued.Contains(entry), entry.IsQueued);
        }
    }

    [Fact]
    public void Add_QueuedEntry_Throws()
    {
        DueQueue<int> queue = new();
        DueEntry<int> entry = new(1);
        queue.Add(entry, TimeSpan.Zero);

        Assert.Throws<InvalidOperationException>(() => queue.Add(entry, TimeSpan.Zero));
    }
}
