using System.Diagnostics.CodeAnalysis;

namespace Meridian.Health.Publishing;

/// <summary>A probe between its start and its end.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer, a link or a wait handle holds nothing; "
    + "disposing it would race with the deadline that signals it.")]
internal sealed class RunningProbe(ProbeSlot slot, DateTimeOffset startedAt)
{
    private readonly CancellationTokenSource _deadline = new();

    internal ProbeSlot Slot { get; } = slot;

    internal Check Check => Slot.Check;

    internal DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>Whether its deadline has passed, as seen by the loop.</summary>
    internal bool IsExpired { get; set; }

    /// <summary>The probe itself, so that the engine's end can wait for it.</summary>
    internal Task Task { get; set; } = Task.CompletedTask;

    internal CancellationToken Deadline => _deadline.Token;

    /// <summary>Ends it: at the deadline, when its check is removed, when the engine stops. Runs what ends it; never call it under a lock.</summary>
    internal void Stop() => _deadline.Cancel();
}
