using System.Collections.Immutable;
using Meridian.Engine.Health;

namespace Meridian.Health.Evidence;

/// <summary>The latest changes of one verdict with their causes, and how long it was up. Not safe for concurrent use.</summary>
internal sealed class StateHistory
{
    // As many as attempts: more is for the log, which has them all.
    internal const int Capacity = 16;

    private readonly Queue<StateChange> _changes = new();

    internal Uptime Uptime { get; } = new();

    /// <summary>Begins with a state from elsewhere: no change, unless nothing is known of how it came about.</summary>
    internal void Begin(HealthState state, DateTimeOffset since, string cause)
    {
        if (_changes.Count == 0)
        {
            Add(state, since, cause);
        }
    }

    internal void Add(HealthState state, DateTimeOffset at, string cause)
    {
        if (_changes.Count == Capacity)
        {
            _changes.Dequeue();
        }

        _changes.Enqueue(new StateChange(state, at, cause));
        Uptime.Become(state, at);
    }

    /// <summary>Takes over what was kept, oldest first.</summary>
    internal void Restore(IEnumerable<StateChange> changes, UptimeRecord? uptime)
    {
        _changes.Clear();
        foreach (StateChange change in changes.TakeLast(Capacity))
        {
            _changes.Enqueue(change);
        }

        if (uptime is not null)
        {
            Uptime.Restore(uptime);
        }
    }

    /// <summary>Newest first.</summary>
    internal ImmutableArray<StateChange> ToArray() => [.. _changes.Reverse()];
}
