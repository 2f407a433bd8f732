namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>A change set that waits for the writer, and the result that somebody waits for.</summary>
internal sealed class PendingAppend(ChangeSet changes, long length)
{
    public ChangeSet Changes => changes;

    /// <summary>Octets of names and bodies.</summary>
    public long Length => length;

    /// <summary>Completed once; those who wait go on elsewhere than on the writer's thread.</summary>
    public TaskCompletionSource<AppendResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it will be once the group is durable.</summary>
    public AppendResult? Outcome { get; set; }

    public void Complete(AppendResult result) => Result.TrySetResult(result);
}
