using System.Collections.Immutable;
using Meridian.Health.Judging;

namespace Meridian.Health.Publishing;

/// <summary>Writes the verdicts to disk soon after they changed, and now and then so that their age there stays true.</summary>
internal sealed class VerdictKeeper(VerdictStore store, CheckTable table, CircuitBreaker breaker, Lock gate, HealthOptions options, HealthMetrics metrics, TimeProvider time)
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
        ImmutableArray<StoredVerdict> verdicts;
        StoredFreeze? freeze;
        lock (gate)
        {
            version = table.Version;
            freeze = breaker.Reason is { } reason && breaker.Since is { } since ? new StoredFreeze(reason, since) : null;
            bool isDue = version != _savedVersion || freeze?.Reason != _savedFreeze || time.GetElapsedTime(_savedAt) >= confirmInterval;
            if (version == 0 || !isDue)
            {
                // Before the first configuration there is nothing to say that would not erase what is on disk.
                return;
            }

            verdicts = table.ToStored(time.GetUtcNow());
        }

        bool isSaved = await store.SaveAsync(verdicts, freeze, CancellationToken.None);
        metrics.Saved(isSaved);
        if (isSaved)
        {
            _savedVersion = version;
            _savedFreeze = freeze?.Reason;
            _savedAt = time.GetTimestamp();
        }
    }
}
