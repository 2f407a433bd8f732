using System.Threading.Channels;
using Meridian.Control.ChangeLog;
using Meridian.Control.Tests.ChangeLog;

namespace Meridian.Control.Tests.Changes;

/// <summary>A log whose disk does nothing until it is told to: appends wait in their order, and are written or refused one by one.</summary>
internal sealed class HeldLog(IChangeLog inner) : PassingLog(inner)
{
    private readonly Channel<(ChangeSet Set, TaskCompletionSource<AppendResult> Result)> _waiting =
        Channel.CreateUnbounded<(ChangeSet, TaskCompletionSource<AppendResult>)>();

    /// <summary>Whether appends wait; false lets them through.</summary>
    public bool IsHeld { get; set; }

    /// <summary>How many appends wait.</summary>
    public int Count => _waiting.Reader.Count;

    public override Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!IsHeld)
        {
            return Inner.AppendAsync(changes, cancellationToken);
        }
        TaskCompletionSource<AppendResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_waiting.Writer.TryWrite((changes, result)));
        return result.Task;
    }

    /// <summary>Waits for an append, and writes it, or refuses it with these words.</summary>
    public async Task<ChangeSet> ReleaseAsync(string? refusal = null)
    {
        (ChangeSet set, TaskCompletionSource<AppendResult> result) = await _waiting.Reader.ReadAsync(TestContext.Current.CancellationToken);
        result.SetResult(refusal is null ? await Inner.AppendAsync(set, CancellationToken.None) : new AppendResult.Refused(RefusalKind.DiskFull, refusal));
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
}
