namespace Meridian.Control.ChangeLog;

/// <summary>Wakes those who watch when the log has grown. Every waiter sees every growth: none is lost between two waits.</summary>
internal sealed class HeadSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Completes at the next <see cref="Raise"/>. Take it before looking at the head, then wait.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody who took <see cref="Next"/> until now.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, Create()).SetResult();

    // Waiters go on elsewhere: the thread that raises has the next commit to make.
    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
