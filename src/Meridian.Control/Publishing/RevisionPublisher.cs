using System.Collections.Immutable;
using System.Threading.Channels;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Publishing;

/// <summary>
/// Hands compiled revisions to health checks and data plane. While one waits for the first verdicts of new members, only the
/// newest of those that come meanwhile is kept: it contains them all.
/// </summary>
public sealed class RevisionPublisher(CheckedSnapshots checks, DataPlane dataPlane, ControlMetrics metrics, TimeProvider time)
{
    // 1 ms to 1 s. A change that comes alone is published at once; of hundreds a second, those that come within this are published
    // together, because each publishing makes tables and a segment of the history.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly Channel<(DataPlaneSnapshot Snapshot, long Revision)> _newest = Channel.CreateBounded<(DataPlaneSnapshot, long)>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Lock _waiting = new();
    private readonly List<(long Revision, TaskCompletionSource Served)> _waiters = [];
    private long _served;

    /// <summary>The newest revision that answers queries; 0 before the first.</summary>
    public long Served
    {
        get
        {
            lock (_waiting)
            {
                return _served;
            }
        }
    }

    /// <summary>Publishes soon, unless a newer one comes before. From any thread.</summary>
    /// <param name="snapshot">The same as before when the revision changes nothing that is answered.</param>
    /// <param name="revision">What is served once it is published: its own revision, or a later one that changes no answer.</param>
    public void Submit(DataPlaneSnapshot snapshot, long revision) => _newest.Writer.TryWrite((snapshot, revision));

    /// <summary>Publishes what is submitted, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((DataPlaneSnapshot snapshot, long revision) in _newest.Reader.ReadAllAsync(cancellationToken))
            {
                long startedAt = time.GetTimestamp();
                if (!ReferenceEquals(snapshot, dataPlane.Snapshot))
                {
                    await PublishAsync(snapshot, cancellationToken);
                }
                Announce(revision);
                if (time.GetElapsedTime(startedAt) is var took && took < Pace)
                {
                    await Task.Delay(Pace - took, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Publishes now. For one caller at a time.</summary>
    public async Task PublishAsync(DataPlaneSnapshot snapshot, CancellationToken cancellationToken)
    {
        DataPlaneSnapshot? before = dataPlane.Snapshot;
        ImmutableArray<OutsideName> awaited = checks.Serve(snapshot);
        if (before is not null && (before.Members != snapshot.Members || !awaited.IsEmpty))
        {
            // Health looks at new members already: with their verdicts known, the first answer of the new revision is right.
            await checks.WaitAsync(snapshot, awaited, cancellationToken);
        }
        dataPlane.Publish(snapshot, checks.Verdicts);
        metrics.OnAccepted(snapshot.Revision.Number);
        Announce(snapshot.Revision.Number);
    }

    /// <summary>Waits until a revision, or a later one, answers queries.</summary>
    public Task WaitAsync(long revision, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            if (_served >= revision)
            {
                return Task.CompletedTask;
            }
            TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((revision, served));
            return served.Task.WaitAsync(cancellationToken);
        }
    }

    private void Announce(long revision)
    {
        lock (_waiting)
        {
            _served = Math.Max(_served, revision);
            foreach ((_, TaskCompletionSource served) in _waiters.Where(waiter => waiter.Revision <= _served))
            {
                served.TrySetResult();
            }
            _waiters.RemoveAll(waiter => waiter.Revision <= _served);
        }
    }
}
