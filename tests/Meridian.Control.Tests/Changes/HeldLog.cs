using System.Collections.Immutable;
using System.Threading.Channels;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.Changes;

/// <summary>A log whose disk does nothing until it is told to: appends wait in their order, and are written or refused one by one.</summary>
internal sealed class HeldLog(IChangeLog inner) : IChangeLog
{
    private readonly Channel<(ChangeSet Set, TaskCompletionSource<AppendResult> Result)> _waiting =
        Channel.CreateUnbounded<(ChangeSet, TaskCompletionSource<AppendResult>)>();

    /// <summary>Whether appends wait; false lets them through.</summary>
    public bool IsHeld { get; set; }

    public Revision? Head => inner.Head;

    public long OldestNumber => inner.OldestNumber;

    /// <summary>How many appends wait.</summary>
    public int Count => _waiting.Reader.Count;

    public Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!IsHeld)
        {
            return inner.AppendAsync(changes, cancellationToken);
        }
        TaskCompletionSource<AppendResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_waiting.Writer.TryWrite((changes, result)));
        return result.Task;
    }

    /// <summary>Waits for an append, and writes it, or refuses it with these words.</summary>
    public async Task<ChangeSet> ReleaseAsync(string? refusal = null)
    {
        (ChangeSet set, TaskCompletionSource<AppendResult> result) = await _waiting.Reader.ReadAsync(TestContext.Current.CancellationToken);
        result.SetResult(refusal is null ? await inner.AppendAsync(set, CancellationToken.None) : new AppendResult.Refused(RefusalKind.DiskFull, refusal));
        return set;
    }

    /// <summary>Waits until so many appends are there.</summary>
    public async Task WaitForAsync(int count)
    {
        while (Count < count)
        {
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public IAsyncEnumerable<LogEntry> ReadFromAsync(long after, CancellationToken cancellationToken) => inner.ReadFromAsync(after, cancellationToken);

    public IAsyncEnumerable<LogEntry> WatchAsync(long after, CancellationToken cancellationToken) => inner.WatchAsync(after, cancellationToken);

    public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) => inner.StateAsync(cancellationToken);

    public ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken) => inner.StateAtAsync(number, cancellationToken);

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken) => inner.FindAsync(number, cancellationToken);

    public ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        inner.FindRequestAsync(idempotencyKey, cancellationToken);

    public ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken) =>
        inner.HistoryAsync(before, limit, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
