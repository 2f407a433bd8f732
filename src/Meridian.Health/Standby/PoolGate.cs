using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Health.Standby;

/// <summary>
/// Keeps clients from a pool that could serve them: one that failed and waits for its failback, or a standby that is being
/// made ready. While it is closed, all members of the pool are published as down. Guarded by the engine's lock.
/// </summary>
internal sealed class PoolGate(PoolHealth health)
{
    internal PoolHealth Health { get; set; } = health;

    internal PoolModel Pool => Health.Pool;

    internal FailbackStage Stage { get; private set; }

    internal Warmth Warmth { get; private set; }

    /// <summary>Since when <see cref="Stage"/> is what it is.</summary>
    internal DateTimeOffset StagedAt { get; private set; }

    /// <summary>Since when <see cref="Warmth"/> is what it is; for a warm one, when it was needed last.</summary>
    internal DateTimeOffset WarmedAt { get; private set; }

    internal bool IsClosed => Stage == FailbackStage.Waiting || Warmth == Warmth.Warming;

    /// <summary>What the data plane was told last.</summary>
    internal bool WasClosed { get; set; }

    /// <summary>In words, why it is closed; null when it is open.</summary>
    internal string? Remark => (Stage, Warmth) switch
    {
        (FailbackStage.Waiting, _) when Pool.Failback.Kind == FailbackKind.Manual =>
            $"the pool is well again and waits for 'meridian failback {Pool.Name}'; clients stay with what serves in its place",
        (FailbackStage.Waiting, _) =>
            $"the pool is well again; clients come back once it has been so for {DurationText.Format(Pool.Failback.After)}",
        (_, Warmth.Warming) => "the pool is being made ready for clients (prewarm)",
        _ => null,
    };

    /// <summary>Takes over what was known before a reload or restart.</summary>
    internal void Restore(StoredGate stored)
    {
        (Stage, StagedAt, Warmth, WarmedAt) = (stored.Stage, stored.StagedAt, stored.Warmth, stored.WarmedAt);
        WasClosed = IsClosed;
    }

    internal StoredGate ToStored() => new(Pool.Name, Stage, StagedAt, Warmth, WarmedAt);

    /// <summary>Follows what the checks say of the pool.</summary>
    internal GateChange? FollowHealth(DateTimeOffset now)
    {
        HealthState state = Health.Judge();
        if (state == HealthState.Down)
        {
            Become(FailbackStage.Failed, now);
            return null;
        }

        if (state != HealthState.Up || Stage != FailbackStage.Failed)
        {
            return null;
        }

        Become(Pool.Failback.Kind == FailbackKind.Auto ? FailbackStage.Serving : FailbackStage.Waiting, now);
        return Stage == FailbackStage.Waiting ? new GateChange(Pool, GateChangeKind.FailbackWaits, Remark ?? "") : null;
    }

    /// <summary>Lets clients back when it is time, or when there is no other place for them.</summary>
    internal GateChange? FollowFailback(bool hasAlternative, DateTimeOffset now)
    {
        if (Stage != FailbackStage.Waiting)
        {
            return null;
        }

        string? cause = (hasAlternative, Pool.Failback.Kind) switch
        {
            (false, _) => "nothing else can serve in its place",
            (_, FailbackKind.Auto) => "it comes back at once now",
            (_, FailbackKind.After) when now - StagedAt >= Pool.Failback.After => $"it has been well for {DurationText.Format(Pool.Failback.After)}",
            _ => null,
        };
        return cause is null ? null : LetBack(cause, now);
    }

    /// <summary>Clients come back now.</summary>
    internal GateChange LetBack(string cause, DateTimeOffset now)
    {
        Become(FailbackStage.Serving, now);
        return new GateChange(Pool, GateChangeKind.FailedBack, cause);
    }

    /// <summary>Follows whether it is needed as a standby.</summary>
    /// <param name="isStandby">Whether it is nothing else.</param>
    /// <param name="isWanted">Whether all before it have failed.</param>
    /// <param name="now">The time.</param>
    internal GateChange? FollowNeed(bool isStandby, bool isWanted, DateTimeOffset now)
    {
        if (Pool.Prewarm is not { } prewarm || !isStandby)
        {
            // It has clients of its own: it is warm.
            (Warmth, WarmedAt) = (Warmth.Cold, now);
            return null;
        }

        switch (Warmth)
        {
            case Warmth.Cold when isWanted:
                (Warmth, WarmedAt) = (Warmth.Warming, now);
                return new GateChange(Pool, GateChangeKind.WarmingBegan, "all that stand before it have failed");
            case Warmth.Warming when !isWanted:
                Warmth = Warmth.Cold;
                break;
            case Warmth.Warming when now - WarmedAt >= prewarm.Wait:
                return Warm("it was not ready in time, and clients wait no longer", GateChangeKind.WarmingFailed, now);
            case Warmth.Warm when isWanted:
                WarmedAt = now;
                break;
            case Warmth.Warm when now - WarmedAt >= prewarm.Keep:
                Warmth = Warmth.Cold;
                break;
        }

        return null;
    }

    /// <summary>The hook has answered; null when that no longer matters.</summary>
    internal GateChange? Warm(string cause, GateChangeKind kind, DateTimeOffset now)
    {
        if (Warmth != Warmth.Warming)
        {
            return null;
        }

        (Warmth, WarmedAt) = (Warmth.Warm, now);
        return new GateChange(Pool, kind, cause);
    }

    private void Become(FailbackStage stage, DateTimeOffset now)
    {
        StagedAt = stage == Stage ? StagedAt : now;
        Stage = stage;
    }
}

/// <summary>Where a pool is between its failure and the return of its clients.</summary>
internal enum FailbackStage : byte
{
    /// <summary>It did not fail, or its clients are back.</summary>
    Serving,

    /// <summary>Too few of its members are up.</summary>
    Failed,

    /// <summary>It is well again, and its clients are still elsewhere.</summary>
    Waiting,
}

/// <summary>Whether a standby is ready for clients.</summary>
internal enum Warmth : byte
{
    /// <summary>Nobody needs it.</summary>
    Cold,

    /// <summary>Needed; its hook has been called and not answered.</summary>
    Warming,

    Warm,
}

/// <summary>A gate as it is kept on disk.</summary>
internal sealed record StoredGate(string Pool, FailbackStage Stage, DateTimeOffset StagedAt, Warmth Warmth, DateTimeOffset WarmedAt);

/// <summary>Something that happened at a gate.</summary>
/// <param name="Pool">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="Cause">Why, in words.</param>
internal sealed record GateChange(PoolModel Pool, GateChangeKind Kind, string Cause);

/// <summary>See <see cref="GateChange"/>.</summary>
internal enum GateChangeKind : byte
{
    FailbackWaits,
    FailedBack,
    WarmingBegan,
    WarmingEnded,
    WarmingFailed,
}
