using System.Collections.Immutable;

namespace Meridian.Engine.Answering;

/// <summary>
/// How many questions come from the clients of each view, once some zone names views: the sum of what the answering threads count
/// beside their work.
/// </summary>
public sealed class ViewQueries
{
    private ImmutableArray<ViewQueryCounter> _all = [];

    /// <summary>A counter for one answering thread.</summary>
    public ViewQueryCounter Add()
    {
        ViewQueryCounter counter = new();
        ImmutableInterlocked.Update(ref _all, (all, added) => all.Add(added), counter);
        return counter;
    }

    /// <summary>
    /// Questions by the name of the view since the start; the empty name stands for clients of no view. Views that are gone
    /// stay, unless hundreds are.
    /// </summary>
    public ImmutableSortedDictionary<string, long> Sum()
    {
        Dictionary<string, long> sums = new(StringComparer.Ordinal);
        foreach (ViewQueryCounter counter in _all)
        {
            counter.AddTo(sums);
        }
        return sums.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}
