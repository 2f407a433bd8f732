using System.Collections.Immutable;
using Meridian.Engine.Observing;

namespace Meridian.Engine.Answering;

/// <summary>
/// Who asks, from what the answering threads note down beside their work: how many queries come from where, roughly, which lets
/// a staged change meet the large resolvers last; and samples for the account of the observed population.
/// </summary>
public sealed class ClientVolumes
{
    private ImmutableArray<ClientVolume> _all = [];
    private bool _isObserving;

    /// <summary>Whether samples are wanted besides the counts; threads follow within a second.</summary>
    public bool IsObserving
    {
        // Volatile: the threads read what another one wrote, and any moment will do.
        get => Volatile.Read(ref _isObserving);
        set => Volatile.Write(ref _isObserving, value);
    }

    /// <summary>Queries that samples which nobody fetched in time stood for.</summary>
    public long Lost => _all.Sum(volume => volume.Lost);

    /// <summary>A counter for one answering thread.</summary>
    public ClientVolume Add()
    {
        ClientVolume volume = new(this);
        ImmutableInterlocked.Update(ref _all, (all, added) => all.Add(added), volume);
        return volume;
    }

    /// <summary>What all threads counted, by bucket of <see cref="ClientStage"/>: one of each <see cref="ClientVolume.SampledOf"/> queries.</summary>
    public long[] Sum()
    {
        long[] sum = new long[ClientStage.BucketCount];
        foreach (ClientVolume volume in _all)
        {
            volume.AddTo(sum);
        }
        return sum;
    }

    /// <summary>Fetches samples, thread by thread. One caller at a time.</summary>
    /// <param name="buffer">Filled again and again.</param>
    /// <param name="take">Receives each filling.</param>
    public void Drain(QuerySample[] buffer, Action<ReadOnlySpan<QuerySample>> take)
    {
        foreach (ClientVolume volume in _all)
        {
            // What comes meanwhile is for the next time: this one ends.
            for (int left = SampleRing.Capacity; left > 0;)
            {
                int count = volume.Read(buffer);
                if (count == 0)
                {
                    break;
                }
                take(buffer.AsSpan(0, count));
                left -= count;
            }
        }
    }
}
