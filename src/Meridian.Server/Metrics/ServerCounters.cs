using System.Collections.Immutable;

namespace Meridian.Server.Metrics;

/// <summary>All threads' counters; sums them when asked, from any thread.</summary>
public sealed class ServerCounters
{
    private readonly ImmutableArray<TrafficCounters> _udp;
    private readonly ImmutableArray<TrafficCounters> _tcp;
    private readonly ImmutableArray<TcpConnectionCounters> _connections;
    private readonly Func<long> _receiveQueueDrops;
    private ImmutableArray<TrafficCounters> _xdp = [];

    internal ServerCounters(
        ImmutableArray<TrafficCounters> udp,
        ImmutableArray<TrafficCounters> tcp,
        ImmutableArray<TcpConnectionCounters> connections,
        Func<long> receiveQueueDrops)
    {
        _udp = udp;
        _tcp = tcp;
        _connections = connections;
        _receiveQueueDrops = receiveQueueDrops;
    }

    /// <summary>
    /// The state of now. While traffic flows, counts taken a moment apart may differ by the queries in between.
    /// </summary>
    public ServerReport Sum()
    {
        TrafficReport udp = Sum(_udp);
        TrafficReport xdp = Sum(_xdp);
        TrafficReport tcp = Sum(_tcp);
        long faults = new[] { udp, xdp, tcp }.Sum(static traffic => traffic.DropsOf(ServerDrop.Fault));
        TcpConnectionReport connections = new(
            _connections.Sum(static c => c.Open),
            _connections.Sum(static c => c.Accepted),
            _connections.Sum(static c => c.BufferedOctets),
            SumEach(_connections, TcpConnectionCounters.CloseReasonCount, static (c, reason) => c.Closed(reason)));
        return new ServerReport(udp, xdp, tcp, connections, _receiveQueueDrops(), faults);
    }

    /// <summary>
    /// Adds the threads that take frames: how many there are is known only when the interface has been opened.
    /// </summary>
    internal void AddXdp(ImmutableArray<TrafficCounters> threads) =>
        ImmutableInterlocked.InterlockedExchange(ref _xdp, threads);

    private static TrafficReport Sum(ImmutableArray<TrafficCounters> threads) => new()
    {
        QueriesByType = SumEach(threads, QTypeBuckets.Count, static (c, index) => c.Queries(index)),
        AnswersByRcode = SumEach(threads, TrafficCounters.RcodeCount, static (c, index) => c.Answers(index)),
        AnswersByKind = SumEach(threads, TrafficCounters.KindCount, static (c, index) => c.Kinds(index)),
        AnswersByFlags = SumEach(threads, TrafficCounters.FlagCombinations, static (c, index) => c.FlagCombination(index)),
        DropsByReason = SumEach(threads, TrafficCounters.DropCount, static (c, index) => c.Drops(index)),
        QueryOctets = threads.Sum(static c => c.QueryOctets),
        AnswerOctets = threads.Sum(static c => c.AnswerOctets),
        Batches = threads.Sum(static c => c.Batches),
        Deferred = threads.Sum(static c => c.Deferred),
        SendErrors = threads.Sum(static c => c.SendErrors),
        ReceiveErrors = threads.Sum(static c => c.ReceiveErrors),
    };

    private static ImmutableArray<long> SumEach<T>(ImmutableArray<T> threads, int count, Func<T, int, long> read)
    {
        long[] sums = new long[count];
        foreach (T thread in threads)
        {
            for (int index = 0; index < count; index++)
            {
                sums[index] += read(thread, index);
            }
        }

        return ImmutableArray.Create(sums);
    }
}
