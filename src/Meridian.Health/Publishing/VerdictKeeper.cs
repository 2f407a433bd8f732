using System.Collections.Immutable;

namespace Meridian.Health.Publishing;

/// <summary>Writes the verdicts to disk soon after they changed, and now and then so that their age there stays true.</summary>
internal sealed class VerdictKeeper(VerdictStore store, CheckTable table, Lock gate, HealthOptions options, HealthMetrics metrics, TimeProvider time)
{
    private long _savedVersion;
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
        lock (gate)
        {
            version = table.Version;
            bool isDue = version != _savedVersion || time.GetElapsedTime(_savedAt) >= confirmInterval;
            if (version == 0 || !isDue)
            {
                // Before the first configuration there is nothing to say that would not erase what is on disk.
                return;
            }

            verdicts = table.ToStored();
        }

        bool isSaved = await store.SaveAsync(verdicts, CancellationToken.None);
        metrics.Saved(isSaved);
        if (isSaved)
        {
            _savedVersion = version;
            _savedAt = time.GetTimestamp();
        }
    }
}
