using System.Collections.Immutable;

namespace Meridian.Control.History;

/// <summary>
/// The SOA serials of all zones in few octets. A revision touches few zones, and the others keep the serials of the revisions
/// that they came from: written one by one with their names they were nearly all of a log with many zones.
/// </summary>
internal static class SerialRuns
{
    /// <summary>All serials, by how far they are behind the revision's.</summary>
    public static ImmutableArray<SerialRun> Of(ImmutableArray<uint> serials, uint revision) => Runs(serials, serial => unchecked(revision - serial));

    /// <summary>The serials against those of before, of the same zones; default when one of them is neither the revision's nor the one before.</summary>
    public static ImmutableArray<SerialRun> Since(ImmutableArray<uint> before, ImmutableArray<uint> serials, uint revision)
    {
        for (int i = 0; i < serials.Length; i++)
        {
            if (serials[i] != revision && serials[i] != before[i])
            {
                return default;
            }
        }
        return Runs(serials, serial => serial == revision ? 0u : 1u);
    }

    /// <summary>The serials that runs stand for.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="revision">The revision's serial.</param>
    /// <param name="before">The serials of before, where the runs were made against them; default where not.</param>
    /// <exception cref="InvalidDataException">They belong to other zones.</exception>
    public static ImmutableArray<uint> Resolve(ImmutableArray<SerialRun> runs, uint revision, ImmutableArray<uint> before)
    {
        ImmutableArray<uint>.Builder serials = ImmutableArray.CreateBuilder<uint>();
        foreach (SerialRun run in runs)
        {
            if (run.Length < 1 || serials.Count + (long)run.Length > (before.IsDefault ? HistoryLimits.Zones : before.Length))
            {
                throw new InvalidDataException("the serials of zones cannot be read");
            }
            for (int i = 0; i < run.Length; i++)
            {
                serials.Add(before.IsDefault ? unchecked(revision - run.Age) : run.Age == 0 ? revision : before[serials.Count]);
            }
        }
        return serials.ToImmutable();
    }

    private static ImmutableArray<SerialRun> Runs(ImmutableArray<uint> serials, Func<uint, uint> ageOf)
    {
        ImmutableArray<SerialRun>.Builder runs = ImmutableArray.CreateBuilder<SerialRun>();
        foreach (uint serial in serials)
        {
            uint age = ageOf(serial);
            if (runs.Count > 0 && runs[^1].Age == age)
            {
                runs[^1] = new SerialRun(runs[^1].Length + 1, age);
            }
            else
            {
                runs.Add(new SerialRun(1, age));
            }
        }
        return runs.ToImmutable();
    }
}
