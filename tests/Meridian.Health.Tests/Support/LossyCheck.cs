using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Health.Quorum;

namespace Meridian.Health.Tests.Support;

/// <summary>A check of a member that works, behind a network that loses packets: whatever verdict falls is a false alarm.</summary>
internal sealed class LossyCheck
{
    // Handshake, request, answer: what must arrive, each way.
    private const int ExchangesAfterConnect = 2;
    private static readonly DateTimeOffset Start = new(2026, 3, 29, 0, 0, 0, TimeSpan.Zero);

    private readonly Sight _sight = new();
    private readonly Check _check;
    private readonly double _loss;
    private readonly Random _random;

    internal LossyCheck(MonitorModel monitor, double loss, Random random)
    {
        _check = new Check(new CheckKey(monitor, new ProbeTarget(System.Net.IPAddress.Loopback, null, 80))) { Members = ImmutableArray<MemberKey>.Empty };
        _check.Begin(HealthState.Up, VerdictOrigin.Restored, Start, "", Start);
        (_loss, _random) = (loss, random);
    }

    internal int Bursts { get; private set; }

    /// <summary>One regular probe and the burst that it may call for; true when the verdict flipped.</summary>
    internal bool Round()
    {
        ResultEffect effect = Take(_check.Regular, _check.Monitor.Timeout);
        if (effect.Begun is not { } burst)
        {
            return effect.Before != effect.After;
        }

        Bursts++;
        foreach (ProbeSlot slot in burst.Slots)
        {
            effect = Take(slot, slot.Monitor.Timeout);
            if (effect.Ended is not null)
            {
                break;
            }
        }

        return effect.Before != effect.After;
    }

    private ResultEffect Take(ProbeSlot slot, TimeSpan timeout)
    {
        bool isAnswered = Elapse() <= timeout;
        ProbeResult result = isAnswered
            ? new ProbeResult(ProbeOutcome.Success, "status 200", default)
            : new ProbeResult(ProbeOutcome.TimedOut, "no answer", default);
        return _check.Take(new ProbeAttempt(Start, result, slot.Burst is not null), slot, _sight, _check.Monitor.Interval, Start);
    }

    private TimeSpan Elapse()
    {
        double seconds = Retries(1.0);
        for (int i = 0; i < ExchangesAfterConnect; i++)
        {
            seconds += Retries(0.2);
        }

        return TimeSpan.FromSeconds(seconds);
    }

    // Time lost until a packet and its answer both arrive.
    private double Retries(double first)
    {
        double lost = 0;
        for (double wait = first; _random.NextDouble() < _loss || _random.NextDouble() < _loss; wait *= 2)
        {
            lost += wait;
        }

        return lost;
    }
}
