using System.Collections.Immutable;
using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Control.Resolving;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>
/// What a restart has to know beside the configuration: the last good answers, what guards remember, what names outside
/// resolved to, and what was observed of who asks.
/// </summary>
/// <param name="stateDirectory">Where it is kept; null keeps nothing.</param>
/// <param name="dataPlane">Has the answers.</param>
/// <param name="observatory">Has what was observed.</param>
/// <param name="logger">Is told what cannot be read or kept.</param>
internal sealed class KeptState(string? stateDirectory, DataPlane dataPlane, Observatory observatory, ILogger logger)
{
    private readonly GuardMemoryStore? _guards = stateDirectory is null ? null : new GuardMemoryStore(stateDirectory);
    private readonly LastAnswersStore? _lastAnswers = stateDirectory is null ? null : new LastAnswersStore(stateDirectory);
    private readonly ResolutionStore? _resolutions = stateDirectory is null ? null : new ResolutionStore(stateDirectory);
    private readonly ObservatoryStore? _observations = stateDirectory is null ? null : new ObservatoryStore(stateDirectory);

    /// <summary>Gives the data plane what an earlier run kept.</summary>
    public void Restore()
    {
        string? problem = null;
        if (_guards is not null)
        {
            dataPlane.RestoreGuards(_guards.Load(out problem));
        }
        Tell(problem);
        if (_lastAnswers is not null)
        {
            dataPlane.RestoreLastGood(_lastAnswers.Load(out problem));
        }
        Tell(problem);
    }

    /// <summary>Gives the observatory what an earlier run kept; once it has all its parts.</summary>
    public void RestoreObservations()
    {
        foreach (string unread in _observations?.Load(observatory) ?? [])
        {
            Tell(unread);
        }
        Tell(observatory.GameDays?.Load());
    }

    /// <summary>What names outside resolved to in an earlier run.</summary>
    public ImmutableArray<KeptAnswer> LoadResolutions()
    {
        string? problem = null;
        ImmutableArray<KeptAnswer> kept = _resolutions?.Load(out problem) ?? [];
        Tell(problem);
        return kept;
    }

    /// <summary>Keeps what is known now.</summary>
    /// <param name="outside">Has the resolutions; null before there are any.</param>
    public void Save(OutsideResolver? outside)
    {
        bool isAsked = dataPlane.Snapshot?.Model.Policies.Values.Any(policy => policy.WhenAllDown == WhenAllDown.LastGood) == true;
        try
        {
            _guards?.Save(dataPlane.Guards);
            _resolutions?.Save(outside?.Capture() ?? []);
            _observations?.Save(observatory);
            if (isAsked)
            {
                _lastAnswers?.Save(dataPlane.LastGood);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HostLog.StateNotKept(logger, e.Message);
        }
    }

    private void Tell(string? problem)
    {
        if (problem is not null)
        {
            HostLog.StateUnreadable(logger, problem);
        }
    }
}
