using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Judging;
using Meridian.Health.Notifying;
using Meridian.Health.Quorum;
using Meridian.Health.Standby;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>Tells people what happened, in the log and in counters. Called outside of the engine's lock.</summary>
internal sealed class HealthNews(HealthMetrics metrics, CircuitBreaker breaker, TimeProvider time, ILogger logger)
{
    /// <summary>Who else is told; must be quick.</summary>
    internal Action<HealthEvent> Notice { get; set; } = static _ => { };

    /// <summary>Who makes a standby ready; must be quick.</summary>
    internal Action<PoolModel> Warming { get; init; } = static _ => { };

    // Two bounds, so that a lag about one of them does not fill the log.
    private static readonly TimeSpan BehindAt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepingUpAt = TimeSpan.FromMilliseconds(100);

    // Only the loop reads and writes it.
    private bool _isBehind;

    // Results come on many threads, and one opening is told once.
    private string? _toldOf;

    /// <summary>A vantage point voted, or stands otherwise; says so, and what follows for members.</summary>
    internal void Tell(ResultEffect effect)
    {
        if (effect.Vantage is { } change)
        {
            TellOfVantage(change);
        }

        foreach ((Check following, ResultEffect itsEffect) in effect.Following ?? [])
        {
            Tell(following, itsEffect);
        }
    }

    private void TellOfVantage(VantageChange change)
    {
        metrics.VantageChanged(change);
        if (change.To == VantageState.Sighted)
        {
            logger.VantageSighted(change.Name, change.SightedLeft, change.Configured);
        }
        else
        {
            string state = VantageStates.NameOf(change.To);
            logger.VantageLost(change.Name, state, change.Remark, change.SightedLeft, change.Configured);
        }

        bool sees = change.To == VantageState.Sighted;
        Announce(sees ? HealthEventKind.VantageSighted : HealthEventKind.VantageLost, change.Name, change.Remark, "");
        if (change.SightedLeft == 0)
        {
            logger.NobodySees(change.Configured);
            Announce(HealthEventKind.NobodySees, "all", change.Remark, "All verdicts stand until one sees");
        }
    }

    /// <summary>A result was taken in; says so when the state changed, for each member.</summary>
    internal void Tell(Check check, ResultEffect effect)
    {
        foreach ((Check following, ResultEffect itsEffect) in effect.Following ?? [])
        {
            Tell(following, itsEffect);
        }

        TellOfPace(check, effect);
        if (effect.Before == effect.After)
        {
            return;
        }

        metrics.StateChanged(effect.Before, effect.After, effect.Members.Length);
        string from = HealthMetrics.NameOf(effect.Before);
        if (effect.IsWithheld)
        {
            TellOfWithheld(check, effect);
            return;
        }

        if (effect.Before != HealthState.Unknown || effect.After == HealthState.Down)
        {
            bool isUp = effect.After == HealthState.Up;
            Announce(
                isUp ? HealthEventKind.MemberUp : HealthEventKind.MemberDown,
                SubjectOf(check),
                check.Cause ?? "",
                isUp ? "Back in answers" : "Taken out of answers",
                effect.Members);
        }

        foreach (MemberKey member in effect.Members)
        {
            if (effect.After == HealthState.Up)
            {
                logger.MemberUp(member, from, check.Cause ?? "");
            }
            else
            {
                logger.MemberDown(member, from, check.Cause ?? "");
            }
        }
    }

    private void TellOfWithheld(Check check, ResultEffect effect)
    {
        if (breaker.Reason is { } reason && Interlocked.Exchange(ref _toldOf, reason) != reason)
        {
            logger.BreakerOpened(reason);
            Announce(HealthEventKind.BreakerOpened, "breaker", reason, "No more members are taken out");
        }

        Announce(HealthEventKind.MemberWithheld, SubjectOf(check), check.Cause ?? "", "Kept in answers by the circuit breaker", effect.Members);
        foreach (MemberKey member in effect.Members)
        {
            logger.MemberWithheld(member, check.Cause ?? "");
        }
    }

    /// <summary>The breaker was closed: its next opening is news again.</summary>
    internal void TellOfThaw(int members, string by)
    {
        Interlocked.Exchange(ref _toldOf, null);
        logger.BreakerClosed(by, members);
        Announce(HealthEventKind.BreakerClosed, "breaker", $"closed by {by}", $"{members} members that are down are taken out");
    }

    internal void TellOfFreeze(string reason)
    {
        Interlocked.Exchange(ref _toldOf, reason);
        logger.BreakerOpened(reason);
        Announce(HealthEventKind.BreakerOpened, "breaker", reason, "No more members are taken out");
    }

    /// <summary>What was frozen before the restart still is.</summary>
    internal void TellOfRestoredFreeze(string reason)
    {
        Interlocked.Exchange(ref _toldOf, reason);
        logger.StillFrozen(reason);
    }

    /// <summary>Clients of a pool are kept elsewhere, or no longer.</summary>
    internal void Tell(GateChange change)
    {
        string pool = change.Pool.Name;
        switch (change.Kind)
        {
            case GateChangeKind.FailbackWaits:
                logger.FailbackWaits(pool, change.Cause);
                Announce(HealthEventKind.FailbackWaits, pool, change.Cause, "Clients stay where they are");
                break;
            case GateChangeKind.FailedBack:
                logger.FailedBack(pool, change.Cause);
                Announce(HealthEventKind.FailedBack, pool, change.Cause, "Clients come back");
                break;
            case GateChangeKind.WarmingBegan:
                logger.WarmingBegan(pool, DurationText.Format(change.Pool.Prewarm?.Wait ?? default));
                Warming(change.Pool);
                break;
            case GateChangeKind.WarmingEnded:
                logger.WarmingEnded(pool);
                break;
            case GateChangeKind.WarmingFailed:
                logger.WarmingFailed(pool, DurationText.Format(change.Pool.Prewarm?.Wait ?? default));
                Announce(HealthEventKind.PrewarmFailed, pool, change.Cause, "Clients come all the same");
                break;
        }
    }

    private static string SubjectOf(Check check) => $"{check.Monitor.Name} {check.Key.Target}";

    private void Announce(HealthEventKind kind, string subject, string cause, string action, ImmutableArray<MemberKey> members = default) =>
        Notice(new HealthEvent(
            kind, subject, time.GetUtcNow(), cause, action, members.IsDefault ? [] : [.. members.Select(member => member.ToString())]));

    private void TellOfPace(Check check, ResultEffect effect)
    {
        if (!effect.PaceChanged || check.Monitor.Degraded is not { } rules)
        {
            return;
        }

        foreach (MemberKey member in effect.Members)
        {
            if (check.IsDegraded)
            {
                logger.MemberDegraded(member, DurationText.Format(rules.Above), rules.WeightPercent);
            }
            else
            {
                logger.MemberFastAgain(member, DurationText.Format(rules.Above));
            }
        }
    }

    internal void TellOfBrokenProbe(Check check, Exception exception) =>
        logger.ProbeBroke(exception, check.Key.Target, check.Monitor.Name);

    /// <summary>Says so when probes begin to be late, and when that is over.</summary>
    internal void TellOfLag(int running, TimeSpan overdue)
    {
        if (!_isBehind && overdue >= BehindAt)
        {
            _isBehind = true;
            logger.FallingBehind(DurationText.Format(overdue), running);
        }
        else if (_isBehind && overdue <= KeepingUpAt)
        {
            _isBehind = false;
            logger.KeepingUpAgain();
        }
    }
}
