using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Health;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// The one place where control code hands finished state to the threads that answer. Readers do one volatile read;
/// writers are serialised and swap whole immutable objects.
/// </summary>
public sealed class DataPlane
{
    private readonly Lock _writing = new();
    private readonly KnownResolutions _resolved = new();
    private readonly TimeProvider _time;
    private readonly StampClock _stamps;
    private DataPlaneState? _state;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LastGoodMemory _memory = LastGoodMemory.Empty;
    private ImmutableArray<LoadReading> _loads = [];
    private ImmutableArray<GuardMemory> _guards = [];
    private ImmutableArray<NodeAssignment> _assignments = [];
    private IChangeJournal? _journal;
    private SwapTimes _swap;
    private bool _isWarmingUp;

    /// <param name="time">For forced member states that end at a time.</param>
    public DataPlane(TimeProvider time)
        : this(time, new StampClock(time))
    {
    }

    private DataPlane(TimeProvider time, StampClock stamps) => (_time, _stamps) = (time, stamps);

    /// <summary>Members that are down here whatever the checks say: what a drill plays. Give it before the first snapshot.</summary>
    public IReadOnlySet<MemberKey> HeldDown { get; init; } = new HashSet<MemberKey>();

    /// <summary>The snapshot that answers now; null before the first one is published.</summary>
    public DataPlaneSnapshot? Snapshot => State?.Snapshot;

    /// <summary>What answers some client networks beside <see cref="Snapshot"/>, as it was given to <see cref="Stage"/>; null when nothing does.</summary>
    public DataPlane? Staged => State?.Staged?.Candidate;

    /// <summary>
    /// While set, steered names that depend on a member without a verdict are answered SERVFAIL (RFC 8914 code 14,
    /// Not Ready) instead of by a guess.
    /// </summary>
    public bool IsWarmingUp
    {
        get => Volatile.Read(ref _isWarmingUp);
        set
        {
            lock (_writing)
            {
                Volatile.Write(ref _isWarmingUp, value);
                if (_state is { } state && state.IsWarmingUp != value)
                {
                    SwapTimes swap = _stamps.Begin();
                    Volatile.Write(ref _state, state with { IsWarmingUp = value, Stamp = swap.Stamp });
                    swap = Settle(swap);
                    _journal?.Record(new WarmUpChanged(swap.Stamp, value) { Swap = swap });
                }
            }
        }
    }

    /// <summary>What pools were last good with: worth keeping over a restart, for policies that answer <c>last-good</c>.</summary>
    public LastGoodMemory LastGood
    {
        get
        {
            lock (_writing)
            {
                return _state is { } state ? Capture(state) : _memory;
            }
        }
    }

    /// <summary>When what answers now began to, candidate included, in milliseconds since 1970; 0 before the first snapshot.</summary>
    public long Stamp => State is { } state ? Math.Max(state.Stamp, state.Staged?.Candidate.Stamp ?? 0) : 0;

    /// <summary>How the monitors that guard ramps are: worth keeping over a restart.</summary>
    public ImmutableArray<GuardMemory> Guards
    {
        get
        {
            lock (_writing)
            {
                return _state?.Inputs.CaptureGuards() ?? _guards;
            }
        }
    }

    /// <summary>Who is assigned where, as it was last given to <see cref="UpdateAssignments"/>.</summary>
    public ImmutableArray<NodeAssignment> Assignments
    {
        get
        {
            lock (_writing)
            {
                return _assignments;
            }
        }
    }

    /// <summary>Completes when the snapshot or the status of a member changes next. Take it before looking, then wait.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    /// <summary>When the latest state took its place.</summary>
    private SwapTimes LatestSwap
    {
        get
        {
            lock (_writing)
            {
                return _swap;
            }
        }
    }

    // Volatile: what the writer filled in before publishing is visible to who reads the reference.
    internal DataPlaneState? State => Volatile.Read(ref _state);

    /// <summary>Gives back what <see cref="LastGood"/> was before a restart. Call before the first snapshot is published.</summary>
    public void RestoreLastGood(LastGoodMemory memory)
    {
        lock (_writing)
        {
            _memory = memory;
        }
    }

    /// <summary>Gives back what <see cref="Guards"/> was before a restart. Call before the first snapshot is published.</summary>
    public void RestoreGuards(ImmutableArray<GuardMemory> guards)
    {
        lock (_writing)
        {
            _guards = guards;
        }
    }

    /// <summary>Lets a journal hear of every change from now on. Call before the first snapshot is published.</summary>
    /// <param name="journal">Hears of them.</param>
    /// <param name="lastStamp">The last stamp that it knows from before a restart: later ones are greater, whatever the clock says.</param>
    public void Attach(IChangeJournal journal, long lastStamp)
    {
        lock (_writing)
        {
            _journal = journal;
            _stamps.Follow(lastStamp);
        }
    }

    /// <summary>The present state with its snapshot; null before the first one.</summary>
    public SnapshotPublished? Capture()
    {
        lock (_writing)
        {
            return _state is { } state ? Published(state) : null;
        }
    }

    /// <summary>Replaces the snapshot, with a health table made from what <paramref name="verdicts"/> knows now.</summary>
    public void Publish(DataPlaneSnapshot snapshot, IVerdictSource verdicts)
    {
        lock (_writing)
        {
            LastGoodMemory memory = _state is { } before ? Capture(before) : _memory;
            IVerdictSource seen = HeldDown.Count == 0 ? verdicts : new VerdictsOfDrill(verdicts, HeldDown);
            ResolutionTable resolutions = _resolved.TableOf(snapshot);
            HealthTable health = HealthTable.Create(
                snapshot.Steering, snapshot.Members, seen, memory, new MemberResolutions(snapshot.Outside, resolutions), _time.GetUtcNow());
            _guards = _state?.Inputs.CaptureGuards() ?? _guards;
            SwapTimes swap = _stamps.Begin();
            InputTable inputs = InputTable.Create(snapshot.Steering, health, _loads, _guards, DataPlaneReplay.MomentOf(swap.Stamp));
            DataPlaneState published = new(snapshot, health, inputs, _isWarmingUp, swap.Stamp)
            {
                Staged = _state?.Staged,
                Resolutions = resolutions,
                Assignments = AssignmentTable.Of(snapshot.Steering.Tables.Assigned, _assignments),
            };
            Volatile.Write(ref _state, published);
            swap = Settle(swap);
            SignalChange();
            _journal?.Record(Published(published));
        }
    }

    /// <summary>A data plane for a candidate, to be published to and then given to <see cref="Stage"/>.</summary>
    /// <remarks>It begins with what this one knows of the past: last good answers, and how far ramps have come.</remarks>
    /// <param name="heldDown">Members that are down there whatever the checks say, for a drill; null for none.</param>
    public DataPlane CreateCandidate(IReadOnlySet<MemberKey>? heldDown = null) =>
        new(_time, _stamps) { _memory = LastGood, _guards = Guards, _assignments = Assignments, HeldDown = heldDown ?? new HashSet<MemberKey>() };

    /// <summary>
    /// Answers some client networks from a candidate that has been published in a data plane of its own. Verdicts, loads and
    /// the time reach it through this one, and the journal hears of both.
    /// </summary>
    /// <param name="candidate">From <see cref="CreateCandidate"/>; has a snapshot.</param>
    /// <param name="stage">Whose queries it answers.</param>
    /// <param name="expected">The candidate that the caller has given before and takes to be in place; null for none. There is room for one.</param>
    /// <returns>False, and nothing has changed, when another one is in place (somebody else's), or before the first snapshot.</returns>
    public bool Stage(DataPlane candidate, ClientStage stage, DataPlane? expected)
    {
        lock (_writing)
        {
            if (_state is { } state && ReferenceEquals(state.Staged?.Candidate, expected))
            {
                if (expected is not null && !ReferenceEquals(expected, candidate))
                {
                    expected.TellAs(null);
                }
                StagedPlane staged = new(candidate, stage);
                candidate.UpdateLoads(_loads);
                candidate.UpdateResolutions(_resolved.All);
                candidate.TellAs(_journal is null ? null : new CandidateJournal(_journal));
                SwapTimes swap = _stamps.Begin();
                Volatile.Write(ref _state, state with { Staged = staged, Stamp = swap.Stamp });
                swap = Settle(swap);
                _journal?.Record(new StageChanged(swap.Stamp, StagedImage.Of(staged)) { Swap = swap });
                return true;
            }
            return false;
        }
    }

    /// <summary>Answers everybody from the current snapshot again, when this candidate is the one that answers beside it.</summary>
    /// <param name="candidate">What the caller gave to <see cref="Stage"/>; another one is not its to end.</param>
    /// <returns>False, and nothing has changed, when it is not in place.</returns>
    public bool EndStage(DataPlane candidate)
    {
        lock (_writing)
        {
            if (_state is { Staged: not null } state && ReferenceEquals(state.Staged.Candidate, candidate))
            {
                candidate.TellAs(null);
                SwapTimes swap = _stamps.Begin();
                Volatile.Write(ref _state, state with { Staged = null, Stamp = swap.Stamp });
                swap = Settle(swap);
                _journal?.Record(new StageChanged(swap.Stamp, null) { Swap = swap });
                return true;
            }
            return false;
        }
    }

    /// <summary>Swaps in a health table with these verdicts changed. Members that the snapshot does not have are passed over.</summary>
    public void UpdateVerdicts(ReadOnlySpan<VerdictChange> changes)
    {
        lock (_writing)
        {
            if (_state is not { } state)
            {
                return;
            }
            state.Staged?.Candidate.UpdateVerdicts(changes);
            Swap(state, StatusChanges.OfVerdicts(state, changes, HeldDown, _time.GetUtcNow()));
        }
    }

    /// <summary>
    /// Replaces all load readings. A subject that is not among them has no load: shed nodes move nothing, spill nodes go by
    /// capacity alone, and no commit is preferred.
    /// </summary>
    public void UpdateLoads(ImmutableArray<LoadReading> readings)
    {
        lock (_writing)
        {
            _state?.Staged?.Candidate.UpdateLoads(readings);
            if (_loads.SequenceEqual(readings))
            {
                return;
            }
            _loads = readings;
            if (_state is { } state)
            {
                SwapTimes swap = _stamps.Begin();
                Volatile.Write(ref _state, state with { Inputs = InputsOf(state, state.Health, swap.Stamp), Stamp = swap.Stamp });
                swap = Settle(swap);
                _journal?.Record(new LoadsChanged(swap.Stamp, readings) { Swap = swap });
            }
        }
    }

    /// <summary>
    /// Replaces all assignments of resolvers. They outlive a change of configuration by the names of policies and children, and
    /// reach the candidate of a staged change too.
    /// </summary>
    public void UpdateAssignments(ImmutableArray<NodeAssignment> assignments)
    {
        lock (_writing)
        {
            _state?.Staged?.Candidate.UpdateAssignments(assignments);
            if (_assignments.SequenceEqual(assignments))
            {
                return;
            }
            _assignments = assignments;
            if (_state is { } state)
            {
                SwapTimes swap = _stamps.Begin();
                AssignmentTable[] tables = AssignmentTable.Of(state.Snapshot.Steering.Tables.Assigned, assignments);
                Volatile.Write(ref _state, state with { Assignments = tables, Stamp = swap.Stamp });
                swap = Settle(swap);
                _journal?.Record(new AssignmentsChanged(swap.Stamp, assignments) { Swap = swap });
            }
        }
    }

    /// <summary>
    /// Takes what is known now of names outside. Only the table of answers is swapped, and of the pools those that answer with
    /// one of these names. Names that no snapshot has yet are kept for one that will.
    /// </summary>
    /// <param name="answers">What changed; <see cref="ResolutionState.Unknown"/> forgets a name.</param>
    public void UpdateResolutions(ImmutableArray<ResolvedAnswer> answers)
    {
        lock (_writing)
        {
            _state?.Staged?.Candidate.UpdateResolutions(answers);
            _resolved.Take(answers);
            if (_state is { } state && KnownResolutions.ServedBy(state, answers) is { IsEmpty: false } served)
            {
                (ResolutionTable resolutions, HealthTable health) = KnownResolutions.Apply(state, served);
                SwapTimes swap = _stamps.Begin();
                InputTable inputs = ReferenceEquals(health, state.Health) ? state.Inputs : InputsOf(state, health, swap.Stamp);
                Volatile.Write(ref _state, state with { Resolutions = resolutions, Health = health, Inputs = inputs, Stamp = swap.Stamp });
                swap = Settle(swap);
                _journal?.Record(new ResolutionsChanged(swap.Stamp, served) { Swap = swap });
            }
        }
    }

    /// <summary>Lets forced states whose time has come begin and end. Cheap when there is nothing to do; call it about once a second.</summary>
    public void ExpireForcedStates()
    {
        lock (_writing)
        {
            if (_state is not { } state)
            {
                return;
            }
            state.Staged?.Candidate.ExpireForcedStates();
            Swap(state, StatusChanges.OfClock(state, _time.GetUtcNow()));
        }
    }

    /// <summary>The present status of every member, in the order of the snapshot's members; empty before the first snapshot.</summary>
    public IReadOnlyList<MemberStatus> GetMemberStatuses() => State?.Health.Members ?? [];

    /// <summary>
    /// A data plane that answers as this one does now and does not follow it any more, but for members that are supposed to be
    /// otherwise. A candidate beside the current snapshot is left out.
    /// </summary>
    /// <param name="suppositions">What is supposed of members; empty for nothing. Members that there are not are passed over.</param>
    /// <returns>Null before the first snapshot.</returns>
    public DataPlane? Suppose(params ReadOnlySpan<Supposition> suppositions)
    {
        lock (_writing)
        {
            if (_state is not { } state)
            {
                return null;
            }
            Dictionary<int, MemberStatus> statuses = StatusChanges.OfSuppositions(state, suppositions);
            HealthTable health = statuses.Count == 0 ? state.Health : state.Health.With(state.Snapshot.Steering, statuses, state.MemberResolutions);
            InputTable inputs = statuses.Count == 0 ? state.Inputs : InputsOf(state, health, state.Stamp);
            return new DataPlane(_time) { _state = state with { Health = health, Inputs = inputs, Staged = null, IsWarmingUp = false } };
        }
    }

    /// <summary>A data plane that shows one state, with its candidate, and is never written to.</summary>
    internal static DataPlane Freeze(DataPlaneState state) => new(TimeProvider.System)
    {
        _state = state.Staged is { Candidate.State: { } candidate } staged
            ? state with { Staged = staged with { Candidate = Freeze(candidate) } }
            : state,
    };

    /// <summary>What a staged data plane tells of its changes, and to whom.</summary>
    private void TellAs(IChangeJournal? journal)
    {
        lock (_writing)
        {
            _journal = journal;
        }
    }

    private SnapshotPublished Published(DataPlaneState state)
    {
        SwapTimes staged = state.Staged?.Candidate.LatestSwap ?? default;
        return new SnapshotPublished(state.Snapshot, DataPlaneImage.Of(state, _loads), state.Staged is null ? null : StagedImage.Of(state.Staged))
        {
            Swap = staged.Stamp > _swap.Stamp ? staged : _swap,
        };
    }

    // Right after the write: only a clock that is read behind it tells from when on nothing older answers.
    private SwapTimes Settle(SwapTimes begun) => _swap = _stamps.Settle(begun);

    private static LastGoodMemory Capture(DataPlaneState state) =>
        LastGoodMemory.Capture(state.Snapshot.Steering, state.Health, state.Health.Sequence);

    private InputTable InputsOf(DataPlaneState state, HealthTable health, long stamp) => InputTable.Create(
        state.Snapshot.Steering, health, _loads, state.Inputs.CaptureGuards(), DataPlaneReplay.MomentOf(stamp));

    // Whoever waits goes on elsewhere: this is under the writer's lock.
    private void SignalChange() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private void Swap(DataPlaneState state, Dictionary<int, MemberStatus> statuses)
    {
        if (statuses.Count > 0)
        {
            HealthTable health = state.Health.With(state.Snapshot.Steering, statuses, state.MemberResolutions);
            SwapTimes swap = _stamps.Begin();
            Volatile.Write(ref _state, state with { Health = health, Inputs = InputsOf(state, health, swap.Stamp), Stamp = swap.Stamp });
            swap = Settle(swap);
            SignalChange();
            _journal?.Record(new StatusesChanged(swap.Stamp, [.. statuses.Select(changed => new SlotStatus(changed.Key, changed.Value))]) { Swap = swap });
        }
    }

    /// <summary>Tells the journal whose change it was.</summary>
    private sealed class CandidateJournal(IChangeJournal journal) : IChangeJournal
    {
        public void Record(DataPlaneChange change) => journal.Record(new CandidateChanged(change) { Swap = change.Swap });
    }
}
