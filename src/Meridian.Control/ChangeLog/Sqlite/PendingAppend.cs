namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>A change set that waits for the writer.</summary>
/// <param name="changes">What is asked for.</param>
/// <param name="length">Octets of names and bodies.</param>
/// <param name="arrivedAt">Timestamp of its arrival.</param>
/// <param name="result">What somebody waits for; must not run its continuations on the writer's thread.</param>
internal sealed class PendingAppend(ChangeSet changes, long length, long arrivedAt, TaskCompletionSource<AppendResult> result)
{
    public ChangeSet Changes => changes;

    /// <summary>Octets of names and bodies.</summary>
    public long Length => length;

    /// <summary>Timestamp of its arrival.</summary>
    public long ArrivedAt => arrivedAt;

    /// <summary>What it will be once the group is durable.</summary>
    public AppendResult? Outcome { get; set; }

    public void Complete(AppendResult outcome) => result.TrySetResult(outcome);
}
