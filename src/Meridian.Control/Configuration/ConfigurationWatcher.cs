using System.Threading.Channels;

namespace Meridian.Control.Configuration;

/// <summary>
/// Says when the configuration should be loaded again. Looks at the files at intervals instead of subscribing to the file
/// system: that sees editors that replace by rename, links of ConfigMaps and network file systems alike, and loses nothing.
/// </summary>
public sealed class ConfigurationWatcher
{
    private readonly IConfigurationFiles _files;
    private readonly TimeProvider _time;
    private readonly ConfigurationWatcherOptions _options;

    // One waiting reason is enough: a load sees everything that happened before it began.
    private readonly Channel<ReloadReason> _reasons = Channel.CreateBounded<ReloadReason>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile WatchedFiles? _watched;

    public ConfigurationWatcher(IConfigurationFiles files, TimeProvider time, ConfigurationWatcherOptions options)
    {
        _files = files;
        _time = time;
        _options = options;
    }

    /// <summary>
    /// Watches the files of this load, good or bad, from the contents that were loaded on: a change between the load and this
    /// call is not missed. Call it after every load.
    /// </summary>
    public void Watch(LoadResult loaded) => _watched = new WatchedFiles(_files, loaded, _options.MaxFileLength);

    /// <summary>Asks for a load at once, whether anything changed or not. From any thread.</summary>
    public void RequestReload(ReloadReason reason = ReloadReason.Requested) => _reasons.Writer.TryWrite(reason);

    /// <summary>
    /// Calls <paramref name="reload"/> for each reason, one call at a time, until cancelled. A change is announced when the
    /// files have stayed the same for one look more, so that a set of files that is being written is not read half done.
    /// What the callback throws ends the loop: it is expected to handle its own failures.
    /// </summary>
    public async Task RunAsync(Func<ReloadReason, CancellationToken, Task> reload, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task polling = PollAsync(stopping.Token);
        try
        {
            await foreach (ReloadReason reason in _reasons.Reader.ReadAllAsync(cancellationToken))
            {
                await reload(reason, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
        finally
        {
            await stopping.CancelAsync();
            await polling;
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_options.Interval, _time);
        WatchedFiles? seen = null;
        DateTimeOffset? expiryAnnounced = null;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                WatchedFiles? watched = _watched;
                if (watched is null)
                {
                    continue;
                }
                if (watched != seen)
                {
                    (seen, expiryAnnounced) = (watched, null);
                }
                if (watched.Look() == WatchOutcome.SettledChange)
                {
                    _reasons.Writer.TryWrite(ReloadReason.FilesChanged);
                }
                else if (watched.NextExpiry is { } expiry && expiry != expiryAnnounced && expiry <= _time.GetUtcNow())
                {
                    expiryAnnounced = expiry;
                    _reasons.Writer.TryWrite(ReloadReason.StateExpired);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
        catch (Exception e)
        {
            // A watcher that quietly stopped looking would be found out at the next change that has no effect.
            _reasons.Writer.TryComplete(e);
        }
    }
}
