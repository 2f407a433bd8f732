using System.Collections.Immutable;

namespace Meridian.Engine.Answering;

/// <summary>How many queries come from where, roughly: what lets a staged change meet the large resolvers last.</summary>
public sealed class ClientVolumes
{
    private ImmutableArray<ClientVolume> _all = [];

    /// <summary>A counter for one answering thread.</summary>
    public ClientVolume Add()
    {
        ClientVolume volume = new();
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
}

/// <summary>The counts of one thread, which alone writes them.</summary>
public sealed class ClientVolume
{
    /// <summary>1 to 1,024: one query of so many is counted, by its message id, so that counting costs nothing that can be measured.</summary>
    public const int SampledOf = 64;

    private readonly uint[] _counts = new uint[ClientStage.BucketCount];

    internal static bool IsSampled(ushort messageId) => (messageId & (SampledOf - 1)) == 0;

    internal void Count(ClientAddress network) => _counts[ClientStage.BucketOf(network)]++;

    // A count that is read while it is written is one too few: that makes no difference to anybody.
    internal void AddTo(long[] sum)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += _counts[i];
        }
    }
}
