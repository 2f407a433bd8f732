using System.Collections.Immutable;

namespace Meridian.Host.Lab;

/// <summary>
/// From counts per second to the curve of what has not moved yet. Measured and simulated counts go through the same
/// arithmetic, so that a difference of the curves is one of the counts.
/// </summary>
/// <param name="Watched">Lookups that went to what the event is about, per second.</param>
/// <param name="All">All lookups, per second.</param>
/// <param name="Event">The index of the first second after the event.</param>
internal sealed record LabCurve(double[] Watched, double[] All, int Event)
{
    /// <summary>Lookups of so many seconds are put together for one point, so that it is not all chance.</summary>
    public const int WindowSeconds = 2;

    /// <summary>Seconds before the change that say how much there was to move.</summary>
    private const int BasisSeconds = 3;

    /// <summary>The share itself, from the event on.</summary>
    public ImmutableArray<double> Shares(int seconds) =>
        [.. Enumerable.Range(0, seconds).Select(second => ShareOf(Event + second, WindowSeconds))];

    /// <summary>
    /// What is left of the share that there was when the authority's answers changed. Not of the long-term share: of so many
    /// caches chance gives the region a few more or less, and those, no others, have to move.
    /// </summary>
    /// <param name="seconds">Length of the curve, from the event on.</param>
    /// <param name="changedAfter">Seconds from the event to the change.</param>
    public ImmutableArray<double> Left(int seconds, double changedAfter)
    {
        int change = (int)Math.Floor(changedAfter);
        double basis = ShareOf(Event + change - BasisSeconds, BasisSeconds);
        return
        [
            .. Enumerable.Range(0, seconds).Select(second =>
                second < change ? 1 : basis > 0 ? Math.Min(1, ShareOf(Event + second, WindowSeconds) / basis) : 0),
        ];
    }

    private double ShareOf(int first, int length)
    {
        int from = Math.Clamp(first, 0, All.Length);
        int count = Math.Clamp(first + length, from, All.Length) - from;
        double all = All.AsSpan(from, count).ToArray().Sum();
        return all > 0 ? Watched.AsSpan(from, count).ToArray().Sum() / all : 0;
    }
}
