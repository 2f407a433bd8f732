namespace Meridian.Health.Quorum;

/// <summary>
/// Whether this vantage point sees anything. A failure counts against a member only once another probe, or a reference
/// target, was reached by an attempt that began after the failed one: whoever is cut off finds out before it says anything
/// of the members. Guarded by the engine's lock.
/// </summary>
internal sealed class Sight
{
    private TimeSpan _reachedAt = TimeSpan.MinValue;
    private TimeSpan _blindAt;

    /// <summary>Whether there are reference targets; without them nothing is held back, and nothing ever is blind.</summary>
    internal bool IsWatched { get; set; }

    internal bool IsBlind { get; private set; }

    /// <summary>Whether a failure of an attempt that began then counts.</summary>
    internal bool IsProvenSince(TimeSpan startedAt) => !IsWatched || _reachedAt >= startedAt;

    /// <summary>An attempt that began then reached its target; true when it ends the blindness.</summary>
    internal bool Reached(TimeSpan startedAt)
    {
        _reachedAt = startedAt > _reachedAt ? startedAt : _reachedAt;

        // What had begun before the cut, and ends after it, sees the past.
        bool ends = IsBlind && startedAt >= _blindAt;
        IsBlind &= !ends;
        return ends;
    }

    /// <summary>No reference target was reached by attempts that began then; true when this makes it blind.</summary>
    internal bool ReachedNone(TimeSpan startedAt)
    {
        if (IsBlind || !IsWatched || _reachedAt >= startedAt)
        {
            return false;
        }

        (IsBlind, _blindAt) = (true, startedAt);
        return true;
    }

    /// <summary>The reference targets are gone from the configuration: nothing is held back from now on; true when it was blind.</summary>
    internal bool Follow(bool isWatched)
    {
        bool wasBlind = IsBlind && !isWatched;
        IsWatched = isWatched;
        IsBlind &= isWatched;
        return wasBlind;
    }
}
