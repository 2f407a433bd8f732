using System.Collections.Immutable;
using Meridian.Dns.Names;

namespace Meridian.Control.Observing;

/// <summary>
/// The last changes that came to their end in the caches: how long it really took, whatever the TTL said. Survives restarts. Safe to
/// use from any thread.
/// </summary>
public sealed class PropagationHistory
{
    /// <summary>1 to 100: the measured tail is that of so many changes.</summary>
    public const int Limit = 20;

    // 1 h to 7 d. Whoever holds on for longer is not waited for: one such cache would put off every change.
    private static readonly TimeSpan TailMax = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private ImmutableArray<FinishedChange> _changes = [];

    /// <summary>The newest first; at most <see cref="Limit"/>.</summary>
    public ImmutableArray<FinishedChange> Changes
    {
        get
        {
            lock (_lock)
            {
                return _changes;
            }
        }
    }

    /// <summary>
    /// How much longer than its TTL caches were seen to keep answers of a name: the worst of its last changes, until 99 % had moved.
    /// Caches have the same habits whatever they ask for, so a name of which nothing was measured goes by all others.
    /// </summary>
    /// <returns>Null where nothing was measured at all.</returns>
    public TimeSpan? TailOf(DomainName name)
    {
        string text = name.ToString();
        ImmutableArray<FinishedChange> all = Changes;
        ImmutableArray<FinishedChange> own = [.. all.Where(change => change.Names.Contains(text, StringComparer.OrdinalIgnoreCase))];
        ImmutableArray<FinishedChange> measured = own.IsEmpty ? all : own;
        if (measured.IsEmpty)
        {
            return null;
        }
        TimeSpan worst = TimeSpan.FromSeconds(Math.Ceiling(measured.Max(change => change.OverrunSeconds)));
        return worst < TailMax ? worst : TailMax;
    }

    /// <summary>Takes over what an earlier run kept.</summary>
    internal void Restore(ImmutableArray<FinishedChange> kept)
    {
        lock (_lock)
        {
            _changes = [.. _changes.Concat(kept.Where(change => change is { IsWhole: true })).Take(Limit)];
        }
    }

    internal void Add(FinishedChange change)
    {
        lock (_lock)
        {
            _changes = [change, .. _changes.Take(Limit - 1)];
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _changes = [];
        }
    }
}
