using System.Globalization;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>
/// Which client networks are answered from a candidate instead of the current snapshot. Networks are put into buckets by a
/// hash, and each bucket is on one side: a network (/24, /56) stays on its side while the share grows.
/// </summary>
/// <remarks>
/// Buckets that were observed are taken in one order as far as their queries fit into the share: first the many small ones, as a hash
/// has them, then the large ones, smallest first. Of what was not observed a hash takes the share, so that newcomers are divided
/// as asked, whatever they turn out to ask.
/// </remarks>
public sealed class ClientStage
{
    /// <summary>Steps of a quarter of a thousandth are finer than anybody takes; the table is 512 octets.</summary>
    public const int BucketCount = 4096;

    /// <summary>Words of 64 buckets.</summary>
    public const int WordCount = BucketCount / 64;

    /// <summary>What the choice looks at, and therefore the least scope of an answer given meanwhile (RFC 7871 §7.2.1).</summary>
    internal const int IPv4Length = 24;

    internal const int IPv6Length = 56;

    // 16 to 1,024. A bucket with this part of the observed queries matters by itself, and comes last. The counts of smaller ones are chance:
    // by size, those that chance made small would come first, and be more than they seemed. A hash does not care.
    private const int LargePart = 64;

    // 0.1 to 5 points: less than that below what was asked is not worth a word.
    private const double WorthAWord = 0.01;

    private readonly ulong[] _taken = new ulong[WordCount];

    private ClientStage(double share)
    {
        Share = share;
    }

    /// <summary>The part of the queries that was asked for; 0 to 1.</summary>
    public double Share { get; }

    /// <summary>
    /// The part of the observed queries that came from what it takes: never more than <see cref="Share"/>, and less by no more than
    /// <see cref="Next"/>; null when nothing was observed, and for one from a log.
    /// </summary>
    public double? Observed { get; private init; }

    /// <summary>The part of the observed queries that the next bucket alone has, which did not fit any more; 0 when all are taken.</summary>
    public double Next { get; private init; }

    /// <summary>The buckets that it takes, 64 in a word: all that it is, for a log.</summary>
    public ReadOnlySpan<ulong> Taken => _taken;

    /// <summary>Whether nobody is answered from the candidate, observed or not.</summary>
    public bool TakesNobody => !_taken.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>What it takes of the observed queries in words, when that is less than what was asked for; null when it is not.</summary>
    public string? Shortfall => Share > 0 && TakesNobody
        ? string.Create(CultureInfo.InvariantCulture, $"nobody: {Share * 100:0.###} % is less than the smallest part that clients can be divided into")
        : Observed is { } observed && Share - observed >= WorthAWord
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{observed * 100:0.#} % of the observed queries instead of {Share * 100:0.##} %: the next network alone asks {Next * 100:0.#} %, and a network is taken whole or not at all")
        : null;

    /// <summary>Gives back one from a log.</summary>
    /// <param name="share">Its <see cref="Share"/>.</param>
    /// <param name="taken">Its <see cref="Taken"/>: <see cref="WordCount"/> words.</param>
    public static ClientStage Restore(double share, ReadOnlySpan<ulong> taken)
    {
        ClientStage stage = new(share);
        taken.CopyTo(stage._taken);
        return stage;
    }

    /// <summary>Chooses the buckets. With the same volumes and seed, a larger share takes what a smaller one takes, and more.</summary>
    /// <param name="share">0 takes none, 1 all.</param>
    /// <param name="volumes">What was observed of each bucket (<see cref="ClientVolumes.Sum"/>); empty or zeros for nothing.</param>
    /// <param name="seed">Which networks come first where nothing else tells them apart.</param>
    public static ClientStage Create(double share, ReadOnlySpan<long> volumes, ulong seed = 0)
    {
        long[] observed = volumes.IsEmpty ? new long[BucketCount] : volumes.ToArray();
        int[] lots = Lots(seed);
        long total = observed.Sum();
        int[] order = OrderOf(observed, lots, total);
        long taken = 0;
        int count = 0;
        // The product may be a hair below a whole number that it stands for: a hair is not a query.
        double limit = (share * total) + 1e-6;
        while (count < order.Length && (share >= 1 || taken + observed[order[count]] <= limit))
        {
            taken += observed[order[count++]];
        }
        ClientStage stage = new(share)
        {
            Observed = total > 0 ? (double)taken / total : null,
            Next = count < order.Length ? (double)observed[order[count]] / total : 0,
        };
        foreach (int bucket in order.AsSpan(0, count))
        {
            stage.Take(bucket);
        }
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            if (observed[bucket] == 0 && (share >= 1 || lots[bucket] + 1 <= share * BucketCount))
            {
                stage.Take(bucket);
            }
        }
        return stage;
    }

    /// <summary>Whether a client is answered from the candidate.</summary>
    public bool Takes(ClientAddress address)
    {
        int bucket = BucketOf(address);
        return (_taken[bucket >> 6] & (1UL << (bucket & 63))) != 0;
    }

    /// <summary>The bucket of a client's network: 0 to <see cref="BucketCount"/> − 1.</summary>
    public static int BucketOf(ClientAddress address)
    {
        ClientAddress network = address.Mask(address.IsIPv4 ? IPv4Length : IPv6Length);
        return (int)(DrawHash.Mix(network.High, network.Low) & (BucketCount - 1));
    }

    /// <summary>The place of each bucket in the order of the seed.</summary>
    private static int[] Lots(ulong seed)
    {
        ulong[] keys = new ulong[BucketCount];
        int[] drawn = new int[BucketCount];
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            keys[bucket] = DrawHash.Mix(seed, (ulong)bucket + 1);
            drawn[bucket] = bucket;
        }
        Array.Sort(keys, drawn);
        int[] lots = new int[BucketCount];
        for (int place = 0; place < BucketCount; place++)
        {
            lots[drawn[place]] = place;
        }
        return lots;
    }

    /// <summary>The observed buckets in the order in which they are taken.</summary>
    private static int[] OrderOf(long[] observed, int[] lots, long total)
    {
        int[] order = [.. Enumerable.Range(0, BucketCount).Where(bucket => observed[bucket] > 0)];
        Array.Sort(order, (a, b) => (SizeOf(a), lots[a]).CompareTo((SizeOf(b), lots[b])));
        return order;

        long SizeOf(int bucket) => observed[bucket] > total / LargePart ? observed[bucket] : 0;
    }

    private void Take(int bucket) => _taken[bucket >> 6] |= 1UL << (bucket & 63);
}
