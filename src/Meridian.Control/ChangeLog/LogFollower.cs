using Meridian.Control.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// Follows a change log for as long as it is asked to: a log that cannot be read for a while is tried again, and who fell behind
/// what is kept of the past begins anew with the state.
/// </summary>
/// <param name="log">What is followed.</param>
/// <param name="time">Of the pauses between two tries.</param>
/// <param name="logger">Is told when the log cannot be read.</param>
internal sealed class LogFollower(IChangeLog log, TimeProvider time, ILogger logger)
{
    // 100 ms to 1 min: between two tries to read a log that cannot be read.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Follows until cancelled, which is its ordinary end.</summary>
    /// <param name="begin">
    /// Takes over the state as it is, and returns the revision of it. Called first, and again whenever the entries that follow
    /// are no longer kept.
    /// </param>
    /// <param name="take">Takes over one entry; it comes again when that fails because the log cannot be read.</param>
    /// <param name="cancellationToken">Ends following.</param>
    public async Task RunAsync(
        Func<CancellationToken, Task<long>> begin, Func<LogEntry, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        long? known = null;
        try
        {
            while (true)
            {
                try
                {
                    if (known is null || known < log.OldestNumber - 1)
                    {
                        known = await begin(cancellationToken);
                    }
                    await foreach (LogEntry entry in log.WatchAsync(known.Value, cancellationToken))
                    {
                        await take(entry, cancellationToken);
                        known = entry.Revision.Number;
                    }
                }
                catch (ChangeLogException e)
                {
                    logger.StoreUnreadable(e.Message);
                }
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }
}
