using Meridian.Control.Configuration.Zones;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Several cores sort as one does.</summary>
public sealed class ParallelSortTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 8)]
    [InlineData(40_000, 1)]
    [InlineData(40_000, 2)]
    [InlineData(50_001, 3)]
    [InlineData(99_999, 7)]
    public void Sort_RandomItems_SameAsOneCore(int count, int cores)
    {
        Random random = new(count + cores);
        long[] items = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(count))];
        long[] expected = [.. items.Order()];
        ParallelSort.Sort(items, cores);
        Assert.Equal(expected, items);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sort_InOrderAlready_StaysOrTurns(bool isDescending)
    {
        int[] expected = [.. Enumerable.Range(0, 70_000)];
        int[] items = isDescending ? [.. expected.Reverse()] : [.. expected];
        ParallelSort.Sort(items, 4);
        Assert.Equal(expected, items);
    }
}
