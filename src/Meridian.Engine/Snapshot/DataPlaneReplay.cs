using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>Gives back a state of the past from an image and the changes after it, by the code that made it then.</summary>
public sealed class DataPlaneReplay
{
    private DataPlaneState _state;

    /// <param name="snapshot">The snapshot that answered, compiled anew.</param>
    /// <param name="image">What else there was; of as many members as the snapshot has.</param>
    public DataPlaneReplay(DataPlaneSnapshot snapshot, DataPlaneImage image)
    {
        ResolutionTable resolutions = ResolutionTable.Create(
            snapshot.OutsideNames, image.Resolutions.ToDictionary(answer => (answer.Name, answer.Type)));
        HealthTable health = HealthTable.Restore(
            snapshot.Steering, image.Members.AsSpan(), image.LastGood, image.Sequence, new MemberResolutions(snapshot.Outside, resolutions));
        Loads = image.Loads;
        InputTable inputs = InputTable.Create(snapshot.Steering, health, Loads, image.Guards, MomentOf(image.Stamp));
        _state = new DataPlaneState(snapshot, health, inputs, image.IsWarmingUp, image.Stamp) { Resolutions = resolutions };
    }

    /// <summary>The load readings of the moment.</summary>
    public System.Collections.Immutable.ImmutableArray<LoadReading> Loads { get; private set; }

    /// <summary>When the state began, in milliseconds since 1970.</summary>
    public long Stamp => _state.Stamp;

    /// <summary>The state as a data plane that nothing changes any more.</summary>
    public DataPlane Freeze() => DataPlane.Freeze(_state);

    /// <summary>Takes the next change; a snapshot begins a replay of its own.</summary>
    public void Apply(DataPlaneChange change)
    {
        HealthTable health = _state.Health;
        ResolutionTable resolutions = _state.Resolutions;
        switch (change)
        {
            case StatusesChanged statuses:
                health = health.With(
                    _state.Snapshot.Steering, statuses.Statuses.ToDictionary(changed => changed.Slot, changed => changed.Status), _state.MemberResolutions);
                break;
            case ResolutionsChanged resolved:
                (resolutions, health) = DataPlane.Resolve(_state, resolved.Answers);
                break;
            case LoadsChanged loads:
                Loads = loads.Readings;
                break;
            case WarmUpChanged warmUp:
                _state = _state with { IsWarmingUp = warmUp.IsWarmingUp, Stamp = warmUp.Stamp };
                return;
            default:
                throw new ArgumentException("A snapshot begins a replay of its own.", nameof(change));
        }
        InputTable inputs = InputTable.Create(
            _state.Snapshot.Steering, health, Loads, _state.Inputs.CaptureGuards(), MomentOf(change.Stamp));
        _state = _state with { Health = health, Inputs = inputs, Resolutions = resolutions, Stamp = change.Stamp };
    }

    /// <summary>The moment that decisions about guards go by: the stamp, so that a replay comes to the same.</summary>
    internal static DateTimeOffset MomentOf(long stamp) => DateTimeOffset.FromUnixTimeMilliseconds(stamp);
}
