using System.Globalization;
using Meridian.Engine.Assigning;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>
/// The numbers that nodes of some kinds need besides their children. Kept apart from the nodes, which are many, and once
/// for equal contents, so that nodes that mean the same have the same table.
/// </summary>
internal sealed class NodeTables
{
    public required CompiledSchedule[] Schedules { get; init; }

    public required CompiledRamp[] Ramps { get; init; }

    public required CompiledShed[] Sheds { get; init; }

    public required CompiledSpill[] Spills { get; init; }

    public required CompiledCheapest[] Cheapest { get; init; }

    public required CompiledGate[] Gates { get; init; }

    public required CompiledAssigned[] Assigned { get; init; }

    /// <summary>The readings that any of them looks at.</summary>
    public required LoadKey[] LoadKeys { get; init; }

    /// <summary>The monitors that guard ramps.</summary>
    public required CompiledGuard[] Guards { get; init; }
}

/// <summary>A monitor that lets a child answer.</summary>
/// <param name="Pool">The pool that stands for it; its one member has the monitor's verdict.</param>
/// <param name="IsUpUnknown">
/// Whether it lets the child answer before its first verdict, as Route 53 does: a new check counts as healthy, and so an inverted
/// one as unhealthy.
/// </param>
internal sealed record CompiledGate(int Pool, bool IsUpUnknown)
{
    /// <summary>Whether the child may answer. What an operator says of it goes before what health says.</summary>
    public bool IsOpen(MemberStatus status) => status.Admin switch
    {
        AdminState.ForcedUp => true,
        AdminState.Auto => status.Health == HealthState.Unknown ? IsUpUnknown : status.Health == HealthState.Up,
        _ => false,
    };
}

/// <summary>A reading of the load feed.</summary>
/// <param name="Subject">A pool, a policy or any other name that the feed uses.</param>
/// <param name="Site">Whose reading counts when there is none of the subject; null for none.</param>
/// <param name="Metric">Which reading.</param>
internal readonly record struct LoadKey(string Subject, string? Site, string Metric);

/// <summary>A monitor that guards ramps.</summary>
/// <param name="Monitor">Its name.</param>
/// <param name="Slots">The members that it checks.</param>
internal sealed record CompiledGuard(string Monitor, int[] Slots);

/// <summary>A ramp's steps.</summary>
/// <param name="StartSeconds">When the first step begins; Unix time.</param>
/// <param name="EverySeconds">How long a step takes.</param>
/// <param name="Percents">What is moved in each step.</param>
/// <param name="Guard">An index into the guards, or −1.</param>
internal sealed record CompiledRamp(long StartSeconds, long EverySeconds, double[] Percents, int Guard)
{
    /// <summary>The share that is moved, 0 to 1, and the step, −1 before the first and while the guard fails.</summary>
    public double ShareAt(long unixSeconds, GuardState guard, out int step)
    {
        step = -1;
        long start = Math.Max(StartSeconds, guard.WellSinceSeconds);
        if (!guard.IsWell || unixSeconds < start)
        {
            return 0;
        }
        step = (int)Math.Min((unixSeconds - start) / EverySeconds, Percents.Length - 1);
        return Percents[step] / 100;
    }
}

/// <summary>The watermarks of a shed node.</summary>
internal sealed record CompiledShed(int LoadKey, double Low, double High)
{
    /// <summary>The share that is moved, 0 to 1; nothing while the load is not known (NaN).</summary>
    public double ShareAt(double load) => load > Low ? Math.Min(1, (load - Low) / (High - Low)) : 0;
}

/// <summary>The pools of a spill node, in the order of the configuration.</summary>
internal sealed record CompiledSpill(int[] Pools, double[] Capacities, int[] LoadKeys);

/// <summary>What the children of a cheapest node cost, in the order of the configuration.</summary>
/// <param name="Costs">In the operator's unit.</param>
/// <param name="Commits">What is paid for in any case; NaN for none.</param>
/// <param name="LoadKeys">The readings that are compared with the commits, or −1.</param>
/// <param name="Budget">What may be spent before the bound is lifted; NaN for no budget.</param>
/// <param name="SpendKeys">The readings that add up to what was spent.</param>
internal sealed record CompiledCheapest(double[] Costs, double[] Commits, int[] LoadKeys, double Budget, int[] SpendKeys)
{
    /// <summary>Whether more was spent than the budget; not while any of it is not known.</summary>
    public bool IsOverBudget(ReadOnlySpan<double> loads)
    {
        double spent = 0;
        foreach (int key in SpendKeys)
        {
            spent += loads[key];
        }
        // A comparison with NaN, of the budget or of a reading, is false.
        return spent > Budget;
    }

    /// <summary>What one more query costs: nothing while the commit is known not to be used up.</summary>
    public double CostOf(int child, ReadOnlySpan<double> loads) =>
        LoadKeys[child] >= 0 && loads[LoadKeys[child]] < Commits[child] ? 0 : Costs[child];
}

/// <summary>Grows <see cref="NodeTables"/>.</summary>
internal sealed class NodeTablesBuilder
{
    private readonly Table<CompiledSchedule> _schedules = new();
    private readonly Table<CompiledRamp> _ramps = new();
    private readonly Table<CompiledShed> _sheds = new();
    private readonly Table<CompiledSpill> _spills = new();
    private readonly Table<CompiledCheapest> _cheapest = new();
    private readonly Table<CompiledGate> _gates = new();
    private readonly Table<CompiledAssigned> _assigned = new();
    private readonly Table<LoadKey> _loadKeys = new();
    private readonly Table<CompiledGuard> _guards = new();

    public NodeTables Build() => new()
    {
        Schedules = _schedules.ToArray(),
        Ramps = _ramps.ToArray(),
        Sheds = _sheds.ToArray(),
        Spills = _spills.ToArray(),
        Cheapest = _cheapest.ToArray(),
        Gates = _gates.ToArray(),
        Assigned = _assigned.ToArray(),
        LoadKeys = _loadKeys.ToArray(),
        Guards = _guards.ToArray(),
    };

    public int Add(ScheduleNode schedule) => _schedules.Add(
        $"{schedule.TimeZone} {string.Join(' ', schedule.Windows.Select(CompiledSchedule.Describe))}",
        () => CompiledSchedule.Compile(schedule));

    public int Add(RampNode ramp, Func<string, int[]> slotsOfMonitor)
    {
        int guard = ramp.Guard is { } monitor ? _guards.Add(monitor, () => new CompiledGuard(monitor, slotsOfMonitor(monitor))) : -1;
        long start = ramp.Start.ToUnixTimeSeconds();
        long every = (long)ramp.Every.TotalSeconds;
        return _ramps.Add($"{start} {every} {Join(ramp.Steps)} {guard}", () => new CompiledRamp(start, every, [.. ramp.Steps], guard));
    }

    public int Add(ShedNode shed, string? site)
    {
        int key = AddKey(new LoadKey(shed.Subject, site, shed.Metric));
        return _sheds.Add($"{key} {Join([shed.Low, shed.High])}", () => new CompiledShed(key, shed.Low, shed.High));
    }

    public int Add(SpillNode spill, Func<string, int> indexOfPool)
    {
        int[] pools = [.. spill.Of.Select(child => indexOfPool(child.Pool))];
        int[] keys = [.. spill.Of.Select(child => AddKey(new LoadKey(child.Pool, child.Site, spill.Metric)))];
        double[] capacities = [.. spill.Of.Select(child => child.Capacity)];
        return _spills.Add($"{Join(pools)} {Join(keys)} {Join(capacities)}", () => new CompiledSpill(pools, capacities, keys));
    }

    public int Add(CheapestNode cheapest)
    {
        int[] keys =
        [
            .. cheapest.Of.Select(child => child is { Commit: not null, Subject: { } subject }
                ? AddKey(new LoadKey(subject, child.Site, cheapest.Metric))
                : -1),
        ];
        double[] costs = [.. cheapest.Of.Select(child => child.Cost)];
        double[] commits = [.. cheapest.Of.Select(child => child.Commit ?? double.NaN)];
        double budget = cheapest.Budget ?? double.NaN;
        int[] spends = cheapest.Budget is null ? [] :
        [
            .. cheapest.Of.Where(child => child.Subject is not null)
                .Select(child => AddKey(new LoadKey(child.Subject ?? "", child.Site, CheapestNode.SpendMetric))),
        ];
        return _cheapest.Add(
            $"{Join(keys)} {Join(costs)} {Join(commits)} {Join([budget])} {Join(spends)}",
            () => new CompiledCheapest(costs, commits, keys, budget, spends));
    }

    /// <summary>Nodes of one policy with the same children and weights assign together: to the traffic they are one.</summary>
    public int Add(WeightedNode weighted, string policy, IEnumerable<string> children)
    {
        CompiledAssigned assigned = new(policy, [.. children], [.. weighted.Of.Select(child => (uint)child.Weight)], weighted.ScaleByHealth);
        return _assigned.Add($"{policy} {string.Join(' ', assigned.Children)} {Join(assigned.Weights)} {assigned.IsScaled}", () => assigned);
    }

    public int Add(CompiledGate gate) =>
        _gates.Add(string.Create(CultureInfo.InvariantCulture, $"{gate.Pool} {gate.IsUpUnknown}"), () => gate);

    private int AddKey(LoadKey key) => _loadKeys.Add($"{key.Subject} {key.Site} {key.Metric}", () => key);

    private static string Join<T>(IEnumerable<T> numbers)
        where T : IFormattable => string.Join(',', numbers.Select(number => number.ToString(null, CultureInfo.InvariantCulture)));

    private sealed class Table<T>
    {
        private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
        private readonly List<T> _items = [];

        public int Add(string content, Func<T> create)
        {
            if (!_indexes.TryGetValue(content, out int index))
            {
                index = _items.Count;
                _items.Add(create());
                _indexes.Add(content, index);
            }
            return index;
        }

        public T[] ToArray() => [.. _items];
    }
}
