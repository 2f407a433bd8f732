using System.Collections.Immutable;
using System.Net;

namespace Meridian.Host.Lab;

/// <summary>Everything that clients saw, as it comes.</summary>
internal sealed class LabRecorder
{
    private readonly Lock _adding = new();
    private readonly List<LabSample> _samples = [];

    public void Add(LabSample sample)
    {
        lock (_adding)
        {
            _samples.Add(sample);
        }
    }

    /// <summary>What has come so far.</summary>
    public ImmutableArray<LabSample> Samples
    {
        get
        {
            lock (_adding)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>What has come last, newest first, back to a time.</summary>
    public ImmutableArray<LabSample> Since(double at)
    {
        lock (_adding)
        {
            int first = _samples.Count;
            // Samples come nearly in order: a lookup that took long is noted late.
            while (first > 0 && _samples[first - 1].At > at)
            {
                first--;
            }
            return [.. _samples.Skip(first)];
        }
    }
}

/// <summary>One lookup and the request that followed.</summary>
/// <param name="At">Seconds from the start.</param>
/// <param name="Stream">Whose lookup it was.</param>
/// <param name="Address">What the lookup gave; null when it gave nothing.</param>
/// <param name="IsServed">Whether something listened there.</param>
internal readonly record struct LabSample(double At, LabStream Stream, IPAddress? Address, bool IsServed);

/// <summary>Clients that look one name up at one address.</summary>
/// <param name="Instance">The number of the address; −1 for the authority itself.</param>
/// <param name="Mix">The population that it belongs to.</param>
/// <param name="Part">The kind's place in its mix.</param>
/// <param name="TtlIndex">The TTL's place among those of the experiment.</param>
/// <param name="Number">The name's number among those of the TTL.</param>
internal sealed record LabStream(int Instance, int Mix, int Part, int TtlIndex, int Number)
{
    /// <summary>The lookups that go to the authority itself.</summary>
    public static LabStream Authority { get; } = new(-1, -1, -1, -1, -1);

    public bool IsAuthority => Instance < 0;
}
