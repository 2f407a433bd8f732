using System.Collections.Immutable;
using Meridian.Health.Probes;

namespace Meridian.Health.Evidence;

/// <summary>The latest attempts of one check, in a ring. Not safe for concurrent use.</summary>
internal sealed class AttemptLog
{
    // Sixteen show a fall or rise of usual thresholds whole, with what came before it.
    internal const int Capacity = 16;

    // Of one or two, the quickest may be slow.
    private const int MinSuccesses = 3;

    private ProbeAttempt[] _ring = [];
    private long _count;

    internal void Add(ProbeAttempt attempt)
    {
        if (_count == _ring.Length && _ring.Length < Capacity)
        {
            // Grown step by step: during a first burst of 10,000 checks, most rings hold one attempt.
            Array.Resize(ref _ring, Math.Min(Capacity, Math.Max(2, _ring.Length * 2)));
        }

        _ring[_count++ % _ring.Length] = attempt;
    }

    /// <summary>
    /// What the quickest of the successes took; zero when there are too few to tell. The least and not the mean: what slows one
    /// down (a machine that starts, a repeated packet) says nothing of how far the member is.
    /// </summary>
    internal TimeSpan LeastSuccess()
    {
        TimeSpan least = TimeSpan.MaxValue;
        int successes = 0;
        foreach (ProbeAttempt attempt in _ring.AsSpan(0, (int)Math.Min(_count, _ring.Length)))
        {
            if (attempt.Result.Outcome == ProbeOutcome.Success)
            {
                successes++;
                least = attempt.Result.Timings.Total < least ? attempt.Result.Timings.Total : least;
            }
        }

        return successes < MinSuccesses ? TimeSpan.Zero : least;
    }

    /// <summary>Newest first.</summary>
    internal ImmutableArray<ProbeAttempt> ToArray()
    {
        int length = (int)Math.Min(_count, _ring.Length);
        ImmutableArray<ProbeAttempt>.Builder attempts = ImmutableArray.CreateBuilder<ProbeAttempt>(length);
        for (int age = 1; age <= length; age++)
        {
            attempts.Add(_ring[(_count - age) % _ring.Length]);
        }

        return attempts.MoveToImmutable();
    }
}
