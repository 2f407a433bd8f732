using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>Gives back a state of the past from an image and the changes after it, by the code that made it then.</summary>
public sealed class DataPlaneReplay
{
    private DataPlaneState _state;
    private DataPlaneReplay? _candidate;
    private ClientStage? _stage;

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
        _state = new DataPlaneState(snapshot, health, inputs, image.IsWarmingUp, image.Stamp)
        {
            Resolutions = resolutions,
            Assignments = AssignmentTable.Of(snapshot.Steering.Tables.Assigned, image.Assignments),
        };
    }

    /// <summary>Begins at a snapshot with its candidate.</summary>
    public DataPlaneReplay(SnapshotPublished published)
        : this(published.Snapshot, published.Image) => Stage(published.Staged);

    /// <summary>The load readings of the moment.</summary>
    public System.Collections.Immutable.ImmutableArray<LoadReading> Loads { get; private set; }

    /// <summary>When the state began, candidate included, in milliseconds since 1970.</summary>
    public long Stamp => Math.Max(_state.Stamp, _candidate?.Stamp ?? 0);

    /// <summary>The state as a data plane that nothing changes any more.</summary>
    public DataPlane Freeze() => DataPlane.Freeze(_candidate is { } candidate && _stage is { } stage
        ? _state with { Staged = new StagedPlane(candidate.Freeze(), stage) }
        : _state);

    /// <summary>Takes the next change; a snapshot begins a replay of its own.</summary>
    public void Apply(DataPlaneChange change)
    {
        HealthTable health = _state.Health;
        ResolutionTable resolutions = _state.Resolutions;
        switch (change)
        {
            case CandidateChanged candidate:
                _candidate?.Apply(candidate.Change);
                return;
            case StageChanged staged:
                Stage(staged.Staged);
                _state = _state with { Stamp = staged.Stamp };
                return;
            case StatusesChanged statuses:
                health = health.With(
                    _state.Snapshot.Steering, statuses.Statuses.ToDictionary(changed => changed.Slot, changed => changed.Status), _state.MemberResolutions);
                break;
            case ResolutionsChanged resolved:
                // One resolver asks for both.
                _candidate?.Apply(resolved);
                (resolutions, health) = KnownResolutions.Apply(_state, resolved.Answers);
                break;
            case LoadsChanged loads:
                Loads = loads.Readings;
                break;
            case AssignmentsChanged assigned:
                _candidate?.Apply(assigned);
                _state = _state with
                {
                    Assignments = AssignmentTable.Of(_state.Snapshot.Steering.Tables.Assigned, assigned.Assignments),
                    Stamp = assigned.Stamp,
                };
                return;
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

    private void Stage(StagedImage? staged)
    {
        _candidate = staged is null ? null : new DataPlaneReplay(staged.Snapshot, staged.Image);
        _stage = staged?.Stage;
        if (staged is not null)
        {
            // The candidate assigns as the current configuration does, as long as both live.
            _candidate?.Apply(new AssignmentsChanged(staged.Image.Stamp, [.. _state.Assignments.Select(table => table.Assignment)]));
        }
    }

    /// <summary>The moment that decisions about guards go by: the stamp, so that a replay comes to the same.</summary>
    internal static DateTimeOffset MomentOf(long stamp) => DateTimeOffset.FromUnixTimeMilliseconds(stamp);
}
