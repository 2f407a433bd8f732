namespace Meridian.Health.Scheduling;

/// <summary>A place in a <see cref="DueQueue{T}"/>. Made once per owner and used again and again.</summary>
internal sealed class DueEntry<T>(T owner)
{
    internal T Owner { get; } = owner;

    /// <summary>On the scheduler's clock. Changed only by the queue.</summary>
    internal TimeSpan Due { get; set; }

    /// <summary>Where in the queue's heap; -1 while not queued. Kept by the queue.</summary>
    internal int Index { get; set; } = -1;

    internal bool IsQueued => Index >= 0;
}
