namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>A change set that waits for the writer, and the result that somebody waits for.</summary>
internal sealed class PendingAppend(ChangeSet changes, long length)
{
    private readonly TaskCompletionSource<AppendResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChangeSet Changes => changes;

    /// <summary>Octets of names and bodies.</summary>
    public long Length => length;

    public Task<AppendResult> Result => _result.Task;

    /// <summary>What it will be once the group is durable.</summary>
    public AppendResult? Outcome { get; set; }

    public void Complete(AppendResult result) => _result.TrySetResult(result);
}
