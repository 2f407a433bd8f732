using Meridian.Engine.Model;

namespace Meridian.Health.Judging;

/// <summary>Remembers the latest changes of a check's state, and holds it down when there were too many.</summary>
internal sealed class FlapDamping(DampingModel rules)
{
    private readonly Queue<DateTimeOffset> _changes = new();

    /// <summary>Until when it is held; null when it is not.</summary>
    internal DateTimeOffset? HeldUntil { get; private set; }

    /// <summary>A change of state took place.</summary>
    internal void Changed(DateTimeOffset now)
    {
        _changes.Enqueue(now);
        while (_changes.Count > rules.Changes)
        {
            _changes.Dequeue();
        }
    }

    /// <summary>Whether a member that is about to come up must stay down for now.</summary>
    internal bool Holds(DateTimeOffset now)
    {
        if (HeldUntil is null && _changes.Count >= rules.Changes && now - _changes.Peek() <= rules.Within)
        {
            HeldUntil = now + rules.Hold;
        }

        if (HeldUntil <= now)
        {
            // The time is over, and it starts with a clean record: else its first stumble would hold it again.
            HeldUntil = null;
            _changes.Clear();
        }

        return HeldUntil is not null;
    }
}
