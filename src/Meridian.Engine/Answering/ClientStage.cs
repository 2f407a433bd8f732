using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>
/// Which client networks are answered from a candidate instead of the current snapshot. Networks are put into buckets by a
/// hash, and each bucket is on one side: a network (/24, /56) stays on its side while the share grows.
/// </summary>
public sealed class ClientStage
{
    /// <summary>Steps of a quarter of a thousandth are finer than anybody takes; the table is 512 octets.</summary>
    public const int BucketCount = 4096;

    /// <summary>Words of 64 buckets.</summary>
    public const int WordCount = BucketCount / 64;

    /// <summary>What the choice looks at, and therefore the least scope of an answer given meanwhile (RFC 7871 §7.2.1).</summary>
    internal const int IPv4Length = 24;

    internal const int IPv6Length = 56;

    // 0 to 1. A bucket that nothing was seen of is not nothing: it weighs this part of the average one, and never less than one
    // query that was sampled. While little has been sampled, most buckets were only missed: by hash is the better guess then.
    private const double UnseenWeight = 0.1;
    private const double LeastWeight = 1;

    private readonly ulong[] _taken = new ulong[WordCount];

    private ClientStage(double share)
    {
        Share = share;
    }

    /// <summary>The part of the observed queries, or of the networks where nothing was observed; 0 to 1.</summary>
    public double Share { get; }

    /// <summary>The buckets that it takes, 64 in a word: all that it is, for a log.</summary>
    public ReadOnlySpan<ulong> Taken => _taken;

    /// <summary>Gives back one from a log.</summary>
    /// <param name="share">Its <see cref="Share"/>.</param>
    /// <param name="taken">Its <see cref="Taken"/>: <see cref="WordCount"/> words.</param>
    public static ClientStage Restore(double share, ReadOnlySpan<ulong> taken)
    {
        ClientStage stage = new(share);
        taken.CopyTo(stage._taken);
        return stage;
    }

    /// <summary>The first buckets in the order of growing volume: the networks of large resolvers come last.</summary>
    /// <param name="share">0 takes none, 1 all.</param>
    /// <param name="volumes">What was observed of each bucket (<see cref="ClientVolumes.Sum"/>); empty or zeros for nothing.</param>
    public static ClientStage Create(double share, ReadOnlySpan<long> volumes)
    {
        ClientStage stage = new(share);
        double[] weights = new double[BucketCount];
        double total = 0;
        for (int i = 0; i < volumes.Length; i++)
        {
            total += volumes[i];
        }
        double unseen = Math.Max(LeastWeight, total / BucketCount * UnseenWeight);
        int[] order = new int[BucketCount];
        for (int i = 0; i < BucketCount; i++)
        {
            order[i] = i;
            weights[i] = (volumes.IsEmpty ? 0 : volumes[i]) + unseen;
        }
        // The number is a hash already; among equals its order is as good as any, and always the same.
        Array.Sort(order, (a, b) => weights[a] != weights[b] ? weights[a].CompareTo(weights[b]) : a.CompareTo(b));
        double limit = share * weights.Sum();
        double sum = 0;
        foreach (int bucket in order)
        {
            sum += weights[bucket];
            if (share < 1 && sum > limit)
            {
                break;
            }
            stage._taken[bucket >> 6] |= 1UL << (bucket & 63);
        }
        return stage;
    }

    /// <summary>Whether a client is answered from the candidate.</summary>
    public bool Takes(ClientAddress address)
    {
        int bucket = BucketOf(address);
        return (_taken[bucket >> 6] & (1UL << (bucket & 63))) != 0;
    }

    /// <summary>The bucket of a client's network.</summary>
    internal static int BucketOf(ClientAddress address)
    {
        ClientAddress network = address.Mask(address.IsIPv4 ? IPv4Length : IPv6Length);
        return (int)(DrawHash.Mix(network.High, network.Low) & (BucketCount - 1));
    }
}
