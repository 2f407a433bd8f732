using System.Collections.Frozen;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Judging;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Observing;

/// <summary>
/// Tells the circuit breaker which share of the clients each member has: asks the data plane, through the seam that answers on the
/// wire, what those who asked lately get now. Does nothing while the breaker's rules do not ask for it.
/// </summary>
/// <param name="population">Who asked.</param>
/// <param name="dataPlane">What they get.</param>
/// <param name="weigh">Takes the shares.</param>
/// <param name="time">Drives it.</param>
/// <param name="logger">Where failures go.</param>
public sealed class TrafficWeigher(
    PopulationObserver population, DataPlane dataPlane, Action<ObservedTraffic> weigh, TimeProvider time, ILogger<TrafficWeigher> logger)
{
    // 10 s to 2 min. A failover moves shares, and the next one is judged by where they are then.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    // 5 min to 1 h: who asks now, and enough of them.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // 100 to 10,000. The largest askers; with their draws, a hundredth of a second of work each time.
    private const int RowsMax = 1_000;

    // 4 to 1,024 draws in all of one asker: by its share, so that large ones are told precisely.
    private const int DrawsMin = 4;
    private const int DrawsMax = 512;
    private const double DrawsOfAll = 10_000;

    /// <summary>Weighs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                WeighOnce();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    private void WeighOnce()
    {
        try
        {
            if (Weigh() is { } traffic)
            {
                weigh(traffic);
            }
        }
        catch (Exception e)
        {
            // The server must not end with this: what was known grows old, and members are counted then.
            logger.WeighingFailed(e);
        }
    }

    /// <summary>Weighs once; null when nobody wants to know.</summary>
    internal ObservedTraffic? Weigh()
    {
        if (dataPlane.Snapshot?.Model.Breaker.MaxTrafficPercent is null || dataPlane.Suppose() is not { Snapshot: { } snapshot } frozen)
        {
            return null;
        }
        DateTimeOffset now = time.GetUtcNow();
        ObservedPopulation observed = population.Read(Window);
        ObservedRow[] steered = [.. observed.Rows.Where(IsSteered)];
        ObservedRow[] asked = [.. steered.Take(RowsMax)];
        double sum = asked.Sum(row => row.Queries);
        AnswerProbe probe = new(frozen, now.ToUnixTimeSeconds());
        TargetMap map = new(snapshot);
        Dictionary<MemberKey, double> shares = [];
        foreach (ObservedRow row in asked)
        {
            Add(shares, row, row.Queries / sum, probe, map);
        }
        return new ObservedTraffic
        {
            At = now,
            Window = Window,
            Queries = steered.Sum(row => row.Queries) + observed.Rest.Where(pair => !pair.Key.Policies.IsEmpty).Sum(pair => pair.Value),
            Shares = shares.ToFrozenDictionary(),
        };
    }

    private static bool IsSteered(ObservedRow row) => row.Name is { Policies.IsEmpty: false } name && name.Policies.ContainsKey(row.Asker.Type);

    private static void Add(Dictionary<MemberKey, double> shares, ObservedRow row, double share, AnswerProbe probe, TargetMap map)
    {
        int draws = (int)Math.Clamp(DrawsOfAll * share, DrawsMin, DrawsMax);
        foreach (ProbedAnswer answer in probe.Ask(row.Name!, row.Asker, draws)) // Only rows with names are asked for.
        {
            foreach (string target in answer.Targets)
            {
                // Clients take any of several addresses.
                Destination found = map.Find(row.Name!, row.Asker, target); // As above.
                MemberKey member = new(found.Pool, found.Target);
                shares[member] = shares.GetValueOrDefault(member) + (share / draws / answer.Targets.Length);
            }
        }
    }
}
