using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;

namespace Meridian.Control.Changes.Applying;

/// <summary>A change that was checked and is being written. What comes after it is checked on it already.</summary>
/// <param name="candidate">The configuration with it.</param>
/// <param name="number">The revision that it becomes, if it becomes one.</param>
internal sealed class ChangeFlight(Candidate candidate, long number)
{
    // Whoever waits goes on elsewhere: whoever lands it holds no lock, but has others to land.
    private readonly TaskCompletionSource<bool> _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Candidate Candidate => candidate;

    public long Number => number;

    /// <summary>Names it in the log before it has a revision.</summary>
    public AppendTicket Ticket { get; } = new();

    /// <summary>Completes once it is known whether it is durable: true when it is.</summary>
    public Task<bool> WaitAsync(CancellationToken cancellationToken) => _landed.Task.WaitAsync(cancellationToken);

    public void Land(bool isDurable) => _landed.SetResult(isDurable);
}

/// <summary>Where a change is checked: what it would come after.</summary>
/// <param name="Candidate">The configuration there.</param>
/// <param name="Number">Its revision; the change would be the next.</param>
/// <param name="Before">The change that is being written and makes that revision; null when it is durable.</param>
internal sealed record LinePlace(Candidate Candidate, long Number, ChangeFlight? Before);
