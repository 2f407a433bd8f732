using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// The one place where control code hands finished state to the threads that answer. Readers do one volatile read;
/// writers are serialised and swap whole immutable objects.
/// </summary>
/// <param name="time">For forced member states that end at a time.</param>
public sealed class DataPlane(TimeProvider time)
{
    private readonly Lock _writing = new();
    private DataPlaneState? _state;
    private LastGoodMemory _memory = LastGoodMemory.Empty;
    private ImmutableArray<LoadReading> _loads = [];
    private ImmutableArray<GuardMemory> _guards = [];
    private IChangeJournal? _journal;
    private long _stamp;
    private bool _isWarmingUp;

    /// <summary>Members that are down here whatever the checks say: what a drill plays. Give it before the first snapshot.</summary>
    public IReadOnlySet<MemberKey> HeldDown { get; init; } = new HashSet<MemberKey>();

    /// <summary>The snapshot that answers now; null before the first one is published.</summary>
    public DataPlaneSnapshot? Snapshot => State?.Snapshot;

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
                    long stamp = NextStamp();
                    Volatile.Write(ref _state, state with { IsWarmingUp = value, Stamp = stamp });
                    _journal?.Record(new WarmUpChanged(stamp, value));
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

    /// <summary>When what answers now began to, in milliseconds since 1970; 0 before the first snapshot.</summary>
    public long Stamp => State?.Stamp ?? 0;

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
            _stamp = Math.Max(_stamp, lastStamp);
        }
    }

    /// <summary>The present state with its snapshot; null before the first one.</summary>
    public SnapshotPublished? Capture()
    {
        lock (_writing)
        {
            return _state is { } state ? new SnapshotPublished(state.Snapshot, DataPlaneImage.Of(state, _loads)) : null;
        }
    }

    /// <summary>Replaces the snapshot, with a health table made from what <paramref name="verdicts"/> knows now.</summary>
    public void Publish(DataPlaneSnapshot snapshot, IVerdictSource verdicts)
    {
        lock (_writing)
        {
            LastGoodMemory memory = _state is { } before ? Capture(before) : _memory;
            IVerdictSource seen = HeldDown.Count == 0 ? verdicts : new VerdictsOfDrill(verdicts, HeldDown);
            HealthTable health = HealthTable.Create(snapshot.Steering, snapshot.Members, seen, memory, time.GetUtcNow());
            _guards = _state?.Inputs.CaptureGuards() ?? _guards;
            long stamp = NextStamp();
            InputTable inputs = InputTable.Create(snapshot.Steering, health, _loads, _guards, DataPlaneReplay.MomentOf(stamp));
            DataPlaneState published = new(snapshot, health, inputs, _isWarmingUp, stamp) { Staged = _state?.Staged };
            Volatile.Write(ref _state, published);
            _journal?.Record(new SnapshotPublished(snapshot, DataPlaneImage.Of(published, _loads)));
        }
    }

    /// <summary>
    /// Answers some client networks from a candidate that has been published in a data plane of its own. Verdicts, loads and
    /// the time reach it through this one.
    /// </summary>
    /// <param name="candidate">Has a snapshot.</param>
    /// <param name="stage">Whose queries it answers.</param>
    public void Stage(DataPlane candidate, ClientStage stage)
    {
        lock (_writing)
        {
            if (_state is { } state)
            {
                Volatile.Write(ref _state, state with { Staged = new StagedPlane(candidate, stage) });
            }
        }
    }

    /// <summary>Answers everybody from the current snapshot again.</summary>
    public void EndStage()
    {
        lock (_writing)
        {
            if (_state is { Staged: not null } state)
            {
                Volatile.Write(ref _state, state with { Staged = null });
            }
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
            DateTimeOffset now = time.GetUtcNow();
            Dictionary<int, MemberStatus> statuses = [];
            foreach (VerdictChange change in changes)
            {
                if (state.Snapshot.TryFindMember(change.Member, out int slot) && state.Snapshot.Members[slot].Monitor is not null
                    && !HeldDown.Contains(change.Member))
                {
                    statuses[slot] = HealthTable.StatusOf(state.Snapshot.Members[slot], change.Verdict, now);
                }
            }
            Swap(state, statuses);
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
                long stamp = NextStamp();
                Volatile.Write(ref _state, state with { Inputs = InputsOf(state, state.Health, stamp), Stamp = stamp });
                _journal?.Record(new LoadsChanged(stamp, readings));
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
            DateTimeOffset now = time.GetUtcNow();
            Dictionary<int, MemberStatus> statuses = [];
            for (int slot = 0; slot < state.Health.Members.Length; slot++)
            {
                MemberStatus status = state.Health.Members[slot];
                MemberSlot member = state.Snapshot.Members[slot];
                if (status.Admin == AdminState.Auto && member.Overrides.IsEmpty)
                {
                    continue;
                }
                (AdminState admin, OverrideModel? by) = member.AdminAt(now);
                if (admin != status.Admin || by != status.By)
                {
                    statuses[slot] = status with { Admin = admin, By = by };
                }
            }
            Swap(state, statuses);
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
            Dictionary<int, MemberStatus> statuses = [];
            foreach (Supposition supposed in suppositions)
            {
                if (state.Snapshot.TryFindMember(supposed.Member, out int slot))
                {
                    MemberStatus status = statuses.GetValueOrDefault(slot, state.Health.Members[slot]);
                    statuses[slot] = status with { Health = supposed.Health ?? status.Health, Admin = supposed.Admin ?? status.Admin, MayChangeInSeconds = 0 };
                }
            }
            HealthTable health = statuses.Count == 0 ? state.Health : state.Health.With(state.Snapshot.Steering, statuses);
            InputTable inputs = statuses.Count == 0 ? state.Inputs : InputsOf(state, health, state.Stamp);
            return new DataPlane(time) { _state = state with { Health = health, Inputs = inputs, Staged = null, IsWarmingUp = false } };
        }
    }

    /// <summary>A data plane that shows one state and is never written to.</summary>
    internal static DataPlane Freeze(DataPlaneState state) => new(TimeProvider.System) { _state = state };

    private static LastGoodMemory Capture(DataPlaneState state) =>
        LastGoodMemory.Capture(state.Snapshot.Steering, state.Health, state.Health.Sequence);

    private InputTable InputsOf(DataPlaneState state, HealthTable health, long stamp) => InputTable.Create(
        state.Snapshot.Steering, health, _loads, state.Inputs.CaptureGuards(), DataPlaneReplay.MomentOf(stamp));

    private long NextStamp() => _stamp = Math.Max(_stamp + 1, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Swap(DataPlaneState state, Dictionary<int, MemberStatus> statuses)
    {
        if (statuses.Count > 0)
        {
            HealthTable health = state.Health.With(state.Snapshot.Steering, statuses);
            long stamp = NextStamp();
            Volatile.Write(ref _state, state with { Health = health, Inputs = InputsOf(state, health, stamp), Stamp = stamp });
            _journal?.Record(new StatusesChanged(stamp, [.. statuses.Select(changed => new SlotStatus(changed.Key, changed.Value))]));
        }
    }
}
