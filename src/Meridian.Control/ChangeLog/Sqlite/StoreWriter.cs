using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// The one thread that writes. What waits is committed together: one write to the log and one fdatasync for all of it, and
/// only then is each told. So a hundred writers cost the disk hardly more than one.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Change sets that may wait. At a thousand a second that is four seconds: later ones had better be told now.</summary>
    private const int MaxWaiting = 4096;

    /// <summary>Change sets in one commit: enough for every writer that waited out the last fsync.</summary>
    private const int MaxGroup = 512;

    /// <summary>Octets in one commit, unless a single set has more: bounds how long the others wait.</summary>
    private const long MaxGroupLength = 8 << 20;

    /// <summary>Between two tries to open a store that failed, while nobody writes: soon enough when a disk comes back at night.</summary>
    private static readonly TimeSpan LongestRecoveryPause = TimeSpan.FromMinutes(1);

    private readonly StoreSession _session;
    private readonly TimeSpan _reopenInterval;
    private readonly TimeProvider _time;
    private readonly StoreMetrics _metrics;
    private readonly ILogger _logger;
    private readonly HeadSignal _signal;
    private readonly Lock _lock = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Thread _thread;
    private Revision? _head;
    private string? _fault;
    private long _faultAt;
    private bool _isClosing;
    private bool _isMaintenanceDue;
    private bool _isRecoveryDue;

    // Between two tries that nobody waits for: grows, because what does not go away by itself soon takes a person.
    private TimeSpan _recoveryPause;

    /// <param name="session">The connection that writes; the writer's from here on.</param>
    /// <param name="options">How soon to try again after a fault.</param>
    /// <param name="signal">Raised after each commit.</param>
    /// <param name="time">Dates revisions.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Is told of faults.</param>
    public StoreWriter(StoreSession session, StoreOptions options, HeadSignal signal, TimeProvider time, StoreMetrics metrics, ILogger logger)
    {
        _metrics = metrics;
        _recoveryPause = _reopenInterval = options.ReopenInterval;
        _session = session;
        _signal = signal;
        _time = time;
        _logger = logger;
        _head = session.Head;
        _thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        _thread.Start();
    }

    /// <summary>The newest durable revision.</summary>
    public Revision? Head => Volatile.Read(ref _head);

    /// <summary>Why nothing is acknowledged at present; null when all is well.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    public Task<AppendResult> Append(ChangeSet changes, long length)
    {
        TaskCompletionSource<AppendResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isClosing)
            {
                return Task.FromResult<AppendResult>(Closed);
            }
            if (_waiting.Count >= MaxWaiting)
            {
                return Task.FromResult<AppendResult>(new AppendResult.Refused(RefusalKind.Busy, $"{MaxWaiting} change sets are waiting to be written"));
            }
            _waiting.Enqueue(new PendingAppend(changes, length, _time.GetTimestamp(), result));
            // Under the lock: whoever closes disposes of it once the queue is empty.
            _arrived.Release();
        }
        return result.Task;
    }

    /// <summary>Asks for what time makes due: the end of old history.</summary>
    public void Maintain()
    {
        lock (_lock)
        {
            if (_isClosing)
            {
                return;
            }
            _isMaintenanceDue = true;
            _arrived.Release();
        }
    }

    /// <summary>Asks a store that failed to be opened again, whether or not anybody writes.</summary>
    public void Recover()
    {
        lock (_lock)
        {
            if (_isClosing || Fault is null || _time.GetElapsedTime(_faultAt) < _recoveryPause)
            {
                return;
            }
            _isRecoveryDue = true;
            _arrived.Release();
        }
    }

    /// <summary>Writes what waits, then ends the thread and closes the connection.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosing)
            {
                return;
            }
            _isClosing = true;
        }
        _arrived.Release();
        _thread.Join();
        _arrived.Dispose();
        _session.Dispose();
    }

    private static AppendResult.Refused Closed => new(RefusalKind.Closed, "the change log is closed");

    private void Run()
    {
        List<PendingAppend> group = [];
        while (TakeGroup(group))
        {
            try
            {
                Commit(group);
            }
            catch (Exception e) when (e is SqliteFailure or ChangeLogException or IOException or UnauthorizedAccessException)
            {
                Fail(e.Message, group);
            }
            group.Clear();
        }
    }

    /// <summary>Waits for work. False when there is none left and the log closes.</summary>
    private bool TakeGroup(List<PendingAppend> group)
    {
        while (true)
        {
            lock (_lock)
            {
                long length = 0;
                while (group.Count < MaxGroup && _waiting.TryPeek(out PendingAppend? next)
                    && (group.Count == 0 || length + next.Length <= MaxGroupLength))
                {
                    length += next.Length;
                    group.Add(_waiting.Dequeue());
                }
                if (group.Count > 0)
                {
                    return true;
                }
                if (_isClosing)
                {
                    return false;
                }
                // A store that failed is maintained once it has been opened again.
                if (_isRecoveryDue || (_isMaintenanceDue && _fault is null))
                {
                    _isRecoveryDue = false;
                    return true;
                }
            }
            _arrived.Wait();
        }
    }

    private void Commit(List<PendingAppend> group)
    {
        if (_fault is not null && !TryReopen())
        {
            Refuse(group, RefusalKind.Fault, _fault);
            return;
        }
        try
        {
            CommitTogether(group);
        }
        catch (SqliteFailure e) when (e.IsDiskFull && group.Count > 1)
        {
            // The group is undone. A small set may still fit where a large one did not.
            foreach (PendingAppend one in group)
            {
                CommitAlone(one);
            }
        }
        catch (SqliteFailure e) when (e.IsDiskFull || e.IsBusy)
        {
            Refuse(group, e.IsDiskFull ? RefusalKind.DiskFull : RefusalKind.Busy, Words(e));
        }
        MaintainAfterCommit();
    }

    /// <summary>What is due, a step at a time: whoever came meanwhile is written first.</summary>
    private void MaintainAfterCommit()
    {
        bool isAsked;
        lock (_lock)
        {
            isAsked = _isMaintenanceDue;
            _isMaintenanceDue = false;
        }
        if (_session.Maintain(Head, isAsked) && isAsked)
        {
            Maintain();
        }
    }

    private void CommitAlone(PendingAppend one)
    {
        try
        {
            CommitTogether([one]);
        }
        catch (SqliteFailure e) when (e.IsDiskFull)
        {
            Refuse([one], RefusalKind.DiskFull, Words(e));
        }
    }

    private static string Words(SqliteFailure failure) => failure.IsDiskFull
        ? $"there is no room on the disk for the change ({failure.Message})"
        : $"another process writes to the store ({failure.Message})";

    private void CommitTogether(List<PendingAppend> group)
    {
        if (group.Count == 0)
        {
            return;
        }
        Revision? head = _session.Write(group, Head, _time);
        // Durable from here on.
        _metrics.OnSync();
        if (head != Head)
        {
            Volatile.Write(ref _head, head);
            _signal.Raise();
        }
        foreach (PendingAppend pending in group)
        {
            Complete(pending, pending.Outcome ?? throw new InvalidOperationException("Every set of a group has an outcome."));
        }
    }

    private void Fail(string words, List<PendingAppend> group)
    {
        string fault = $"the store failed, and acknowledges nothing until it is opened again: {words}";
        lock (_lock)
        {
            (_faultAt, _recoveryPause) = (_time.GetTimestamp(), _reopenInterval);
        }
        Volatile.Write(ref _fault, fault);
        _logger.StoreFailed(words);
        Refuse(group, RefusalKind.Fault, fault);
    }

    /// <summary>
    /// A failed fsync leaves pages that the kernel calls clean and the disk does not have: the next fsync would succeed
    /// without them. So all that is committed is written again, into the database, before anything is acknowledged.
    /// </summary>
    private bool TryReopen()
    {
        if (_time.GetElapsedTime(_faultAt) < _reopenInterval)
        {
            return false;
        }
        lock (_lock)
        {
            _faultAt = _time.GetTimestamp();
            _recoveryPause = 2 * _recoveryPause < LongestRecoveryPause ? 2 * _recoveryPause : LongestRecoveryPause;
        }
        try
        {
            Revision? head = _session.Reopen();
            if (head != Head)
            {
                throw new ChangeLogException($"it was at revision {Head?.Number ?? 0} and is at {head?.Number ?? 0} now");
            }
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException or IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _fault, $"the store failed and could not be opened again: {e.Message}");
            _logger.StoreFailed(e.Message);
            return false;
        }
        Volatile.Write(ref _fault, null);
        _logger.StoreRecovered(Head?.Number ?? 0);
        return true;
    }

    private void Refuse(List<PendingAppend> group, RefusalKind kind, string words)
    {
        foreach (PendingAppend pending in group)
        {
            Complete(pending, new AppendResult.Refused(kind, words));
        }
    }

    private void Complete(PendingAppend pending, AppendResult outcome)
    {
        _metrics.OnAppend(outcome, _time.GetElapsedTime(pending.ArrivedAt));
        pending.Complete(outcome);
    }
}
