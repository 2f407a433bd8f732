namespace Meridian.Server.Tcp;

/// <summary>
/// Wakes a loop after a while, once each time that it is armed: an idle server sleeps. Armed and looked at by the loop's thread alone.
/// </summary>
internal sealed class LoopTick : IAsyncDisposable
{
    // How exactly timeouts are kept; all of them are much longer.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ITimer _timer;
    private readonly Action _wake;
    private bool _isArmed;

    // Set on the timer's thread.
    private volatile bool _isDue;

    /// <param name="time">Drives it.</param>
    /// <param name="wake">Wakes the loop; called on the timer's thread.</param>
    public LoopTick(TimeProvider time, Action wake)
    {
        _wake = wake;
        _timer = time.CreateTimer(
            static state => ((LoopTick)state!).OnTick(), // Never null: the next argument is it.
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether its time has come since this was asked last; it is no longer armed then.</summary>
    public bool TakeDue()
    {
        if (!_isDue)
        {
            return false;
        }

        _isDue = false;
        _isArmed = false;
        return true;
    }

    /// <summary>Makes sure that its time will come.</summary>
    public void Arm()
    {
        if (!_isArmed)
        {
            _isArmed = true;
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends it, together with a call of the loop's wake that is under way.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void OnTick()
    {
        _isDue = true;
        _wake();
    }
}
