using System.Collections.Immutable;

namespace Meridian.Health.Evidence;

/// <summary>The latest attempts of one check, in a ring. Not safe for concurrent use.</summary>
internal sealed class AttemptLog
{
    // Sixteen show a fall or rise of usual thresholds whole, with what came before it.
    internal const int Capacity = 16;

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
