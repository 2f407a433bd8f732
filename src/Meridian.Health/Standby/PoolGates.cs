using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;

namespace Meridian.Health.Standby;

/// <summary>
/// All pools whose clients come back later than their health (<c>failback</c>), or later than they are needed
/// (<c>prewarm</c>). Guarded by the engine's lock.
/// </summary>
/// <param name="restored">From before the restart.</param>
internal sealed class PoolGates(ImmutableArray<StoredGate> restored)
{
    // Verdicts settle the gates at once; what only time brings (a delay that ends, an override that begins) within this.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly List<GateChange> _news = [];

    // Taken over by the first configuration: a pool that gets a gate much later must not begin where it stood before the restart.
    private ImmutableArray<StoredGate> _restored = restored;
    private Dictionary<string, PoolHealth> _pools = new(StringComparer.Ordinal);
    private Dictionary<string, PoolGate> _gates = new(StringComparer.Ordinal);
    private StandbyMap _map = StandbyMap.Empty;

    /// <summary>When they are to be settled although nothing changed; null while there is no gate.</summary>
    internal TimeSpan? DueAt { get; private set; }

    /// <summary>Grows with every change that is worth writing to disk.</summary>
    internal long Version { get; private set; }

    /// <summary>Follows a new configuration, after the checks followed it.</summary>
    internal void Follow(StandbyMap map, ImmutableArray<MemberSlot> slots, CheckTable table, TimeSpan now)
    {
        _map = map;
        Dictionary<string, StoredGate> known = _gates.Values
            .Select(gate => gate.ToStored())
            .Concat(_restored)
            .DistinctBy(stored => stored.Pool)
            .ToDictionary(stored => stored.Pool, StringComparer.Ordinal);
        _restored = [];
        _pools = slots
            .GroupBy(slot => slot.Pool.Name, StringComparer.Ordinal)
            .ToDictionary(
                pool => pool.Key,
                pool => new PoolHealth(pool.First().Pool, [.. pool.Select(slot => (slot, table.Find(slot.Key)))]),
                StringComparer.Ordinal);
        _gates = _pools
            .Where(pool => pool.Value.Pool is { Failback.Kind: not FailbackKind.Auto } or { Prewarm: not null })
            .ToDictionary(pool => pool.Key, pool => new PoolGate(pool.Value), StringComparer.Ordinal);
        foreach ((string name, PoolGate gate) in _gates)
        {
            if (known.TryGetValue(name, out StoredGate? stored))
            {
                gate.Restore(stored);
            }
        }

        DueAt = _gates.Count == 0 ? null : now;
    }

    /// <summary>Works out which gates are open. Call it when verdicts have changed, before they are published.</summary>
    /// <param name="now">On the scheduler's clock.</param>
    /// <param name="date">The same moment by the calendar.</param>
    /// <param name="republish">Takes the checks of pools that opened or closed: their members are news.</param>
    internal void Settle(TimeSpan now, DateTimeOffset date, Action<Check> republish)
    {
        if (_gates.Count == 0)
        {
            DueAt = null;
            return;
        }

        DueAt = now + Pace;
        foreach (PoolGate gate in _gates.Values)
        {
            Note(gate.FollowHealth(date));
        }

        // Who opens or closes changes what the others have beside them; each can do so once for every other.
        bool moved = true;
        for (int round = 0; moved && round <= _gates.Count; round++)
        {
            moved = false;
            foreach (PoolGate gate in _gates.Values)
            {
                moved |= Move(gate, date);
            }
        }

        foreach (PoolGate gate in _gates.Values)
        {
            if (gate.IsClosed != gate.WasClosed)
            {
                gate.WasClosed = gate.IsClosed;
                Version++;
                foreach ((_, Check? check) in gate.Health.Members)
                {
                    if (check is not null)
                    {
                        republish(check);
                    }
                }
            }
        }
    }

    /// <summary>What the data plane is told of a member.</summary>
    internal MemberVerdict Show(MemberKey member, MemberVerdict verdict) =>
        verdict.State == HealthState.Up && _gates.TryGetValue(member.Pool, out PoolGate? gate) && gate.IsClosed
            ? new MemberVerdict(HealthState.Down, verdict.MayChangeInSeconds)
            : verdict;

    /// <summary>Why a member that is up is not answered; null when it is.</summary>
    internal string? RemarkOf(MemberKey member) => _gates.GetValueOrDefault(member.Pool)?.Remark;

    /// <summary>Lets the clients of a pool back; null when that was done, else what stands in the way.</summary>
    internal string? LetBack(string pool, string by, DateTimeOffset date)
    {
        if (!_pools.ContainsKey(pool))
        {
            return $"there is no pool {pool} with members";
        }

        if (!_gates.TryGetValue(pool, out PoolGate? gate) || gate.Stage != FailbackStage.Waiting)
        {
            return gate?.Stage == FailbackStage.Failed
                ? $"pool {pool} is down: its clients can come back once it is well"
                : $"pool {pool} does not wait for its failback";
        }

        Note(gate.LetBack($"asked for by {by}", date));
        return null;
    }

    /// <summary>A pool's hook has answered.</summary>
    internal void Warmed(string pool, DateTimeOffset date) =>
        Note(_gates.GetValueOrDefault(pool)?.Warm("its hook says so", GateChangeKind.WarmingEnded, date));

    /// <summary>What happened since the last call.</summary>
    internal ImmutableArray<GateChange> TakeNews()
    {
        if (_news.Count == 0)
        {
            return [];
        }

        ImmutableArray<GateChange> news = [.. _news];
        _news.Clear();
        return news;
    }

    /// <summary>Pools whose hook was called before a restart and did not answer: it is called again.</summary>
    internal ImmutableArray<PoolModel> Warming => [.. _gates.Values.Where(gate => gate.Warmth == Warmth.Warming).Select(gate => gate.Pool)];

    internal ImmutableArray<StoredGate> ToStored() =>
        [.. _gates.Values.Select(gate => gate.ToStored()).OrderBy(gate => gate.Pool, StringComparer.Ordinal)];

    private bool Move(PoolGate gate, DateTimeOffset date)
    {
        bool before = gate.IsClosed;
        string pool = gate.Pool.Name;
        Note(gate.FollowFailback(_map.HasAlternative(pool, IsAvailable), date));
        Note(gate.FollowNeed(_map.IsStandby(pool), _map.IsWanted(pool, IsAvailable), date));
        return gate.IsClosed != before;

        bool IsAvailable(string name) => _pools.TryGetValue(name, out PoolHealth? health)
            && health.IsAvailable(_gates.TryGetValue(name, out PoolGate? other) && other.IsClosed, date);
    }

    private void Note(GateChange? change)
    {
        if (change is not null)
        {
            _news.Add(change);
            Version++;
        }
    }
}
