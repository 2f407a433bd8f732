using Meridian.Health.Judging;

namespace Meridian.Health.Publishing;

/// <summary>What people, and the account of who asks, tell the circuit breaker.</summary>
internal sealed class BreakerDesk(Lock gate, CircuitBreaker breaker, ProbeLoop loop, HealthNews news, TimeProvider time)
{
    internal void Freeze(string by)
    {
        string reason = $"frozen by {by}";
        lock (gate)
        {
            breaker.Freeze(reason, time.GetUtcNow());
        }

        news.TellOfFreeze(reason);
    }

    internal int Thaw(string by)
    {
        int members;
        lock (gate)
        {
            breaker.Thaw();
            members = loop.Release();
        }

        news.TellOfThaw(members, by);
        return members;
    }

    internal void Weigh(ObservedTraffic traffic)
    {
        lock (gate)
        {
            breaker.Traffic = traffic;
        }
    }
}
