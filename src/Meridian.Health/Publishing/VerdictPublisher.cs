using System.Runtime.InteropServices;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>Gathers verdicts that change at about the same time, and publishes them as one.</summary>
internal sealed class VerdictPublisher(Lock gate, IVerdictSink sink, HealthMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What waits; under the lock.
    private readonly List<Check> _waiting = [];

    // What is being published; only the loop touches it.
    private readonly List<Check> _taken = [];
    private readonly List<VerdictChange> _changes = [];

    /// <summary>When what waits is to be published; null when nothing does. Read under the lock.</summary>
    internal TimeSpan? DueAt { get; private set; }

    /// <summary>
    /// Puts a check in, under the lock. What waits already keeps its time, so that a stream of changes delays none of them.
    /// </summary>
    internal void Add(Check check, TimeSpan due)
    {
        DueAt = DueAt < due ? DueAt : due;
        if (!check.IsWaiting)
        {
            check.IsWaiting = true;
            _waiting.Add(check);
        }
    }

    /// <summary>Publishes what is due, as it is now. Called by the loop only, outside of the lock.</summary>
    internal void PublishDue(TimeSpan now)
    {
        if (!TryTake(now))
        {
            return;
        }

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

            foreach (Check check in _waiting)
            {
                check.IsWaiting = false;
                _taken.Add(check);
                foreach (MemberKey member in check.Members)
                {
                    _changes.Add(new VerdictChange(member, check.Verdict));
                }
            }

            _waiting.Clear();
            DueAt = null;
        }

        return _changes.Count > 0;
    }
}
