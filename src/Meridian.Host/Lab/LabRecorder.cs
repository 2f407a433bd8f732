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
}

/// <summary>One lookup and the request that followed.</summary>
/// <param name="At">Seconds from the start.</param>
/// <param name="Population">Index of the kind of cache; −1 for the authority itself.</param>
/// <param name="Address">What the lookup gave; null when it gave nothing.</param>
/// <param name="IsServed">Whether something listened there.</param>
internal readonly record struct LabSample(double At, int Population, IPAddress? Address, bool IsServed);
