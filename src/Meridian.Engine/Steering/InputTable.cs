using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>
/// What steering nodes look at besides the health of their pools: loads, guards of ramps, and the shares of spill nodes
/// that follow from load and health. Immutable; made anew with each change of either, never per query.
/// </summary>
internal sealed class InputTable
{
    private readonly CompiledGuard[] _compiledGuards;

    private InputTable(CompiledGuard[] compiledGuards, double[] loads, GuardState[] guards, SpillShares[] spills)
    {
        _compiledGuards = compiledGuards;
        Loads = loads;
        Guards = guards;
        Spills = spills;
    }

    /// <summary>The value of each of the program's load keys; NaN when there is none.</summary>
    public double[] Loads { get; }

    public GuardState[] Guards { get; }

    /// <summary>Where each spill node's demand goes.</summary>
    public SpillShares[] Spills { get; }

    /// <summary>The table of a moment.</summary>
    /// <param name="program">What looks at it.</param>
    /// <param name="health">The verdicts.</param>
    /// <param name="readings">The load feed.</param>
    /// <param name="before">How guards were: those that stay as they are keep since when.</param>
    /// <param name="now">For guards that change.</param>
    public static InputTable Create(
        SteeringProgram program, HealthTable health, ImmutableArray<LoadReading> readings, ImmutableArray<GuardMemory> before, DateTimeOffset now)
    {
        double[] loads = LoadsOf(program.Tables.LoadKeys, readings);
        GuardState[] guards = [.. program.Tables.Guards.Select(guard => GuardOf(guard, health, before, now))];
        SpillShares[] spills = [.. program.Tables.Spills.Select(spill => SpillShares.Of(
            spill.Capacities,
            [.. spill.LoadKeys.Select(key => loads[key])],
            [.. spill.Pools.Select(pool => health.Pools[pool].IsAvailable)]))];
        return new InputTable(program.Tables.Guards, loads, guards, spills);
    }

    /// <summary>How the guards are, by the names of their monitors, so that it outlives a reload and a restart.</summary>
    public ImmutableArray<GuardMemory> CaptureGuards() =>
        [.. _compiledGuards.Select((guard, i) => new GuardMemory(guard.Monitor, Guards[i].IsWell, Guards[i].WellSinceSeconds))];

    private static double[] LoadsOf(LoadKey[] keys, ImmutableArray<LoadReading> readings)
    {
        Dictionary<(string Subject, string Metric), double> values = [];
        foreach (LoadReading reading in readings)
        {
            values[(reading.Subject, reading.Metric)] = reading.Value;
        }
        return
        [
            .. keys.Select(key => values.TryGetValue((key.Subject, key.Metric), out double own) ? own
                : key.Site is not null && values.TryGetValue((key.Site, key.Metric), out double ofSite) ? ofSite
                : double.NaN),
        ];
    }

    private static GuardState GuardOf(CompiledGuard guard, HealthTable health, ImmutableArray<GuardMemory> memory, DateTimeOffset now)
    {
        GuardMemory? before = memory.FirstOrDefault(known => known.Monitor == guard.Monitor);
        // A verdict that is not known yet is no failure: a restart of the server must not restart the ramp.
        bool isWell = !Array.Exists(guard.Slots, slot => health.Members[slot] is { Admin: AdminState.Auto, Health: HealthState.Down });
        long since = isWell && before is { IsWell: false } ? now.ToUnixTimeSeconds() : before?.WellSinceSeconds ?? 0;
        return new GuardState(isWell, since);
    }
}

/// <summary>What guards a ramp.</summary>
/// <param name="IsWell">No member that the monitor checks is down.</param>
/// <param name="WellSinceSeconds">When it last came back, Unix time; 0 when it was not seen to fail.</param>
internal readonly record struct GuardState(bool IsWell, long WellSinceSeconds)
{
    /// <summary>For a ramp without a guard.</summary>
    public static GuardState Always { get; } = new(true, 0);
}
