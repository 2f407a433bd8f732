using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>
/// The questions of one thread by the view of who asked. That thread alone counts; whoever sums up reads from outside, and may be
/// a question behind.
/// </summary>
public sealed class ViewQueryCounter
{
    /// <summary>
    /// Views that are gone and still counted. Forgetting one makes the sum of all threads fall, each thread at its time, and who reads
    /// it take each fall for a new start; but names may come and go without end.
    /// </summary>
    internal const int MaxGone = 256;

    // Written by the answering thread alone, so it may read it as it is; others read it with Volatile.
    private Counts _counts = new(new Cells([]), null, ImmutableDictionary<string, long>.Empty);

    internal ViewQueryCounter()
    {
    }

    /// <summary>Counts a question.</summary>
    /// <param name="views">What says which view a client is in.</param>
    /// <param name="view">The number of the view there, or −1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Count(ViewMap views, int view)
    {
        Cells latest = _counts.Latest;
        Cells cells = ReferenceEquals(latest.Names, views.Names) ? latest : Find(views);
        cells.Values[view + 1]++;
    }

    /// <summary>Adds what was counted, by the name of the view; the empty name stands for no view.</summary>
    internal void AddTo(Dictionary<string, long> sums)
    {
        Counts counts = Volatile.Read(ref _counts);
        foreach ((string name, long count) in counts.Folded)
        {
            sums[name] = sums.GetValueOrDefault(name) + count;
        }
        counts.Latest.AddTo(sums);
        counts.Former?.AddTo(sums);
    }

    /// <summary>The cells of other views than those of the last question. Allocates only for views that it has not just had.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Cells Find(ViewMap views)
    {
        Counts counts = _counts;
        if (counts.Former is { } former && ReferenceEquals(former.Names, views.Names))
        {
            // A staged change of views: some clients are answered by the current ones, others by the candidate's.
            return former;
        }
        return Begin(views, counts);
    }

    /// <summary>Begins to count by other views, and folds those before the last.</summary>
    private Cells Begin(ViewMap views, Counts counts)
    {
        Cells cells = new(views.Names);
        Dictionary<string, long> folded = new(counts.Folded, StringComparer.Ordinal);
        counts.Former?.AddTo(folded);
        HashSet<string> known = [.. views.Names, .. counts.Latest.Names, ""];
        bool isFull = folded.Keys.Count(name => !known.Contains(name)) > MaxGone;
        // Volatile: the new array has to be there for whoever sees the reference.
        Volatile.Write(ref _counts, new Counts(cells, counts.Latest, folded.Where(pair => !isFull || known.Contains(pair.Key)).ToImmutableDictionary(StringComparer.Ordinal)));
        return cells;
    }

    /// <summary>All that was counted.</summary>
    /// <param name="Latest">By the views that came last.</param>
    /// <param name="Former">By those before them; null for none.</param>
    /// <param name="Folded">By all before these.</param>
    private sealed record Counts(Cells Latest, Cells? Former, ImmutableDictionary<string, long> Folded);

    /// <summary>One number for each view, behind that of no view.</summary>
    /// <param name="names">Of the views; which array it is tells one map's views from another's.</param>
    private sealed class Cells(string[] names)
    {
        public string[] Names { get; } = names;

        public long[] Values { get; } = new long[names.Length + 1];

        public void AddTo(Dictionary<string, long> sums)
        {
            for (int i = 0; i < Values.Length; i++)
            {
                string name = i == 0 ? "" : Names[i - 1];
                // Volatile: another thread counts meanwhile; a 64-bit machine never tears a word.
                sums[name] = sums.GetValueOrDefault(name) + Volatile.Read(ref Values[i]);
            }
        }
    }
}
