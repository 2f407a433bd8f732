using System.Collections.Immutable;
using Meridian.Control.Resolving;
using Meridian.Engine.Health;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>
/// Tells health checks and the resolver of names outside what to look at: all that the served configuration has, and all that
/// a staged one beside it has. Nobody else tells them, so that a revision that is published does not end the checks of a stage,
/// nor the end of a stage those of a revision. May be called from many threads at once.
/// </summary>
public sealed class CheckedSnapshots(HealthEngine health, OutsideResolver? outside, TimeProvider time, ILogger<CheckedSnapshots> logger)
{
    // 1 ms to 1 s: how often new members are looked at while a configuration waits for their first verdicts.
    private static readonly TimeSpan VerdictPollInterval = TimeSpan.FromMilliseconds(20);

    // Held while health checks are told, so that they are told in the order in which things became so.
    private readonly Lock _lock = new();
    private DataPlaneSnapshot? _served;
    private DataPlaneSnapshot? _beside;

    // Beside is the next one to be served, and no longer a stage.
    private bool _isUpcoming;

    /// <summary>What the checks say.</summary>
    public IVerdictSource Verdicts => health;

    /// <summary>Has a configuration checked that is about to be served in place of the one before.</summary>
    /// <returns>The names outside that are resolved for the first time: their answers are worth waiting for.</returns>
    public ImmutableArray<OutsideName> Serve(DataPlaneSnapshot snapshot)
    {
        lock (_lock)
        {
            // The compiler takes the members over as they are when nothing but records changed: health checks have nothing to learn.
            // (No members are the same as any other no members, whatever else changed.)
            bool areMembersKnown = _served is { } before && before.Members == snapshot.Members && !snapshot.Members.IsEmpty;
            _served = snapshot;
            if (_isUpcoming && snapshot.Revision.Number >= _beside?.Revision.Number)
            {
                (_beside, _isUpcoming) = (null, false);
                areMembersKnown = false;
            }
            return Tell(snapshot, areMembersKnown);
        }
    }

    /// <summary>Has a staged configuration checked beside the served one, in place of the staged one before.</summary>
    public void Stage(DataPlaneSnapshot candidate)
    {
        lock (_lock)
        {
            (_beside, _isUpcoming) = (candidate, false);
            TellOfBoth();
        }
    }

    /// <summary>Ends the checks that only the staged configuration asked for.</summary>
    /// <param name="upcoming">What is served next, which may have been the staged one: its checks go on until it is. Null when nothing comes.</param>
    public void EndStage(DataPlaneSnapshot? upcoming)
    {
        lock (_lock)
        {
            bool isServed = upcoming is null || upcoming.Revision.Number <= _served?.Revision.Number;
            (_beside, _isUpcoming) = isServed ? (null, false) : (upcoming, true);
            TellOfBoth();
        }
    }

    /// <summary>
    /// Waits for the first verdicts of a configuration's members and the first answers of its names outside, so that the first
    /// answer given from it is right; for <see cref="Engine.Model.MeridianModel.WarmUpLimit"/> at most.
    /// </summary>
    /// <param name="snapshot">What <see cref="Serve"/> was called with.</param>
    /// <param name="awaited">What it returned.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task WaitAsync(DataPlaneSnapshot snapshot, ImmutableArray<OutsideName> awaited, CancellationToken cancellationToken)
    {
        await WaitForVerdictsAsync(snapshot, cancellationToken);
        await (outside?.WaitAsync(awaited, snapshot.Model.WarmUpLimit, cancellationToken) ?? Task.CompletedTask);
    }

    private void TellOfBoth()
    {
        if (_served is { } served)
        {
            Tell(served, areMembersKnown: false);
        }
    }

    private ImmutableArray<OutsideName> Tell(DataPlaneSnapshot served, bool areMembersKnown)
    {
        if (!areMembersKnown)
        {
            if (_beside is { } candidate)
            {
                health.ReconfigureBeside(served, candidate);
            }
            else
            {
                health.Reconfigure(served);
            }
        }
        ImmutableArray<OutsideName> names = _beside is { OutsideNames.IsEmpty: false } other
            ? [.. served.OutsideNames.Union(other.OutsideNames)]
            : served.OutsideNames;
        return outside?.Follow(names, served.Model.Resolvers) ?? [];
    }

    private async Task WaitForVerdictsAsync(DataPlaneSnapshot snapshot, CancellationToken cancellationToken)
    {
        TimeSpan limit = snapshot.Model.WarmUpLimit;
        long startedAt = time.GetTimestamp();
        while (true)
        {
            int unknown = snapshot.Members.Count(slot => slot.Monitor is not null && health.GetVerdict(slot.Key).State == HealthState.Unknown);
            if (unknown == 0)
            {
                return;
            }
            if (time.GetElapsedTime(startedAt) >= limit)
            {
                logger.NewMembersUnknown(unknown, $"{limit.TotalSeconds:0.#} s");
                return;
            }
            await Task.Delay(VerdictPollInterval, time, cancellationToken);
        }
    }
}
