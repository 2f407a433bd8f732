namespace Meridian.Health.Publishing;

/// <summary>The time from the start until steered names may be answered. Once over, it stays over.</summary>
internal sealed class WarmUp
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsOver => _over.Task.IsCompleted;

    internal void End() => _over.TrySetResult();

    /// <summary>Waits for the end, and brings it about when the limit passes; false in that case.</summary>
    internal async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await _over.Task.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            End();
            return false;
        }
    }
}
