using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Standby;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>Gathers verdicts that change at about the same time, and publishes them as one.</summary>
internal sealed class VerdictPublisher(
    Lock gate, IVerdictSink sink, PoolGates pools, HealthNews news, HealthMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What waits; under the lock.
    private readonly List<Check> _waiting = [];

    // What is being published; only the loop touches it.
    private readonly List<Check> _taken = [];
    private readonly List<VerdictChange> _changes = [];
    private ImmutableArray<GateChange> _happened = [];

    private TimeSpan? _dueAt;

    /// <summary>When there is something to do; null when nothing waits. Read under the lock.</summary>
    internal TimeSpan? DueAt => pools.DueAt is { } settling && !(_dueAt <= settling) ? settling : _dueAt;

    /// <summary>Whether all verdicts have been published. Read under the lock.</summary>
    internal bool IsIdle => _waiting.Count == 0;

    /// <summary>
    /// Puts a check in, under the lock. What waits already keeps its time, so that a stream of changes delays none of them.
    /// </summary>
    internal void Add(Check check, TimeSpan due)
    {
        _dueAt = _dueAt < due ? _dueAt : due;
        if (!check.IsWaiting)
        {
            check.IsWaiting = true;
            _waiting.Add(check);
        }
    }

    /// <summary>Has the loop look again although no verdict changed, under the lock.</summary>
    internal void Settle(TimeSpan now) => _dueAt = _dueAt < now ? _dueAt : now;

    /// <summary>Publishes what is due, as it is now. Called by the loop only, outside of the lock.</summary>
    internal void PublishDue(TimeSpan now)
    {
        bool isTaken = TryTake(now);
        if (isTaken)
        {
            Publish(now);
        }

        foreach (GateChange change in _happened)
        {
            news.Tell(change);
        }

        _happened = [];
    }

    private void Publish(TimeSpan now)
    {
        try
        {
            sink.Publish(CollectionsMarshal.AsSpan(_changes));
            metrics.Published();
        }
        catch (Exception e)
        {
            // The table stays as it was, and what it lacks must not be lost with this attempt.
            logger.PublishFailed(e, _changes.Count, DurationText.Format(RetryAfter));
            lock (gate)
            {
                foreach (Check check in _taken)
                {
                    Add(check, now + RetryAfter);
                }
            }
        }
    }

    private bool TryTake(TimeSpan now)
    {
        _taken.Clear();
        _changes.Clear();
        lock (gate)
        {
            if (DueAt is null || DueAt > now)
            {
                return false;
            }

            // Before anything is told: what these verdicts mean for standby pools belongs to the same instant.
            pools.Settle(now, time.GetUtcNow(), check => Add(check, now));
            _happened = pools.TakeNews();
            foreach (Check check in _waiting)
            {
                check.IsWaiting = false;
                _taken.Add(check);
                foreach (MemberKey member in check.Members)
                {
                    _changes.Add(new VerdictChange(member, pools.Show(member, check.Verdict)));
                }
            }

            _waiting.Clear();
            _dueAt = null;
        }

        return _changes.Count > 0;
    }
}
