using Meridian.Health.Judging;
using Meridian.Health.Standby;

namespace Meridian.Health.Publishing;

/// <summary>Writes the verdicts to disk soon after they changed, and now and then so that their age there stays true.</summary>
internal sealed class VerdictKeeper(
    VerdictStore store, CheckTable table, CircuitBreaker breaker, PoolGates pools, Lock gate, HealthOptions options, HealthMetrics metrics, TimeProvider time)
{
    private long _savedVersion;
    private string? _savedFreeze;
    private long _savedAt = time.GetTimestamp();

    /// <summary>Runs until cancelled, and then writes once more.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(options.SaveInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await SaveIfDueAsync(options.ConfirmInterval);
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }

        await SaveIfDueAsync(TimeSpan.Zero);
    }

    // A write is not cancelled midway: it is short, and the last one must happen.
    private async Task SaveIfDueAsync(TimeSpan confirmInterval)
    {
        long version;
        StoredHealth health;
        lock (gate)
        {
            // Both only grow, so their sum does not stay where either of them moves.
            version = table.Version == 0 ? 0 : table.Version + pools.Version;
            StoredFreeze? freeze = breaker.Reason is { } reason && breaker.Since is { } since ? new StoredFreeze(reason, since) : null;
            bool isDue = version != _savedVersion || freeze?.Reason != _savedFreeze || time.GetElapsedTime(_savedAt) >= confirmInterval;
            if (version == 0 || !isDue)
            {
                // Before the first configuration there is nothing to say that would not erase what is on disk.
                return;
            }

            health = new StoredHealth(table.ToStored(time.GetUtcNow()), freeze, pools.ToStored());
        }

        bool isSaved = await store.SaveAsync(health, CancellationToken.None);
        metrics.Saved(isSaved);
        if (isSaved)
        {
            _savedVersion = version;
            _savedFreeze = health.Freeze?.Reason;
            _savedAt = time.GetTimestamp();
        }
    }
}
