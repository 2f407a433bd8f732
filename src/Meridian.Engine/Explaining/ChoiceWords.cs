using System.Globalization;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Explaining;

/// <summary>Why a node that looks at time, load or cost chose a child.</summary>
internal static class ChoiceWords
{
    public static string Describe(SteeringProgram program, InputTable inputs, ProgramNode node, int edge, in ChoiceFacts facts) => node.Kind switch
    {
        ProgramNodeKind.Schedule => Schedule(program, node, edge, facts.UnixSeconds),
        ProgramNodeKind.Ramp => Ramp(program, inputs, node, in facts),
        ProgramNodeKind.Shed => Shed(program, inputs, node, in facts),
        ProgramNodeKind.Spill => Spill(program, inputs, node, in facts),
        _ => Cheapest(program, inputs, node, edge, in facts),
    };

    /// <summary>Why a node that assigns resolvers sent a client to a child.</summary>
    public static string Assigned(SteeringProgram program, ProgramNode node, int edge, in ChoiceFacts facts, ClientAddress client)
    {
        int length = NetworkKey.LengthOf(client);
        string volume = string.Create(
            CultureInfo.InvariantCulture, $"assigned by observed volume (resolver network {client.Mask(length)}/{length}: {facts.Share * 100:0.0#} % of the traffic)");
        return facts.Step == edge ? volume : $"{volume}, while {program.Labels[program.Edges[node.FirstEdge + facts.Step].Label]} is not available";
    }

    private static string Schedule(SteeringProgram program, ProgramNode node, int edge, long unixSeconds)
    {
        ScheduleNode source = (ScheduleNode)program.Sources[node.Source];
        CompiledSchedule schedule = program.Tables.Schedules[node.Table];
        DateTime local = DateTime.UnixEpoch.AddSeconds(schedule.LocalSeconds(unixSeconds));
        int window = program.Edges[node.FirstEdge + edge].Child;
        string now = string.Create(CultureInfo.InvariantCulture, $"it is {local:ddd yyyy-MM-dd HH:mm} in {source.TimeZone}");
        return window < source.Windows.Length
            ? $"{now}, within {CompiledSchedule.Describe(source.Windows[window])}"
            : $"{now}; no window before the default can answer";
    }

    private static string Ramp(SteeringProgram program, InputTable inputs, ProgramNode node, in ChoiceFacts facts)
    {
        CompiledRamp ramp = program.Tables.Ramps[node.Table];
        string share = string.Create(CultureInfo.InvariantCulture, $"drew {facts.Drawn:0.0000}, {facts.Share * 100:0.##}% moves");
        if (facts.Step >= 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"step {facts.Step + 1} of {ramp.Percents.Length}: {share}");
        }
        bool hasFailed = ramp.Guard >= 0 && !inputs.Guards[ramp.Guard].IsWell;
        string start = string.Create(
            CultureInfo.InvariantCulture, $"the ramp begins {DateTimeOffset.FromUnixTimeSeconds(ramp.StartSeconds):yyyy-MM-dd HH:mm}Z");
        return hasFailed ? $"its guard {program.Tables.Guards[ramp.Guard].Monitor} fails: nothing moves" : $"{start}: nothing moves yet";
    }

    private static string Shed(SteeringProgram program, InputTable inputs, ProgramNode node, in ChoiceFacts facts)
    {
        CompiledShed shed = program.Tables.Sheds[node.Table];
        LoadKey key = program.Tables.LoadKeys[shed.LoadKey];
        double load = inputs.Loads[shed.LoadKey];
        return double.IsNaN(load)
            ? $"the {key.Metric} of {key.Subject} is not known: nothing moves"
            : string.Create(CultureInfo.InvariantCulture,
                $"the {key.Metric} of {key.Subject} is {load:0.##}, between {shed.Low:0.##} and {shed.High:0.##}: {facts.Share * 100:0.##}% moves; drew {facts.Drawn:0.0000}");
    }

    private static string Spill(SteeringProgram program, InputTable inputs, ProgramNode node, in ChoiceFacts facts)
    {
        CompiledSpill spill = program.Tables.Spills[node.Table];
        int nearest = facts.Step;
        double demand = inputs.Loads[spill.LoadKeys[nearest]];
        string room = double.IsNaN(demand)
            ? string.Create(CultureInfo.InvariantCulture, $"capacity {spill.Capacities[nearest]:0.##}, demand not known")
            : string.Create(CultureInfo.InvariantCulture, $"capacity {spill.Capacities[nearest]:0.##}, demand {demand:0.##}");
        return string.Create(CultureInfo.InvariantCulture,
            $"nearest is {program.Pools[spill.Pools[nearest]].Model.Name} ({room}); this one takes {facts.Share * 100:0.##}% of its clients, drew {facts.Drawn:0.0000}");
    }

    private static string Cheapest(SteeringProgram program, InputTable inputs, ProgramNode node, int edge, in ChoiceFacts facts)
    {
        CheapestNode source = (CheapestNode)program.Sources[node.Source];
        ProgramEdge chosen = program.Edges[node.FirstEdge + edge];
        CompiledCheapest prices = program.Tables.Cheapest[node.Table];
        string best = program.Labels[program.Edges[node.FirstEdge + facts.Step].Label];
        string cost = facts.Share < prices.Costs[chosen.Child]
            ? string.Create(CultureInfo.InvariantCulture,
                $"{inputs.Loads[prices.LoadKeys[chosen.Child]]:0.##} of its commit of {prices.Commits[chosen.Child]:0.##} is used, so it costs nothing more")
            : string.Create(CultureInfo.InvariantCulture, $"costs {facts.Share:0.####}");
        return prices.IsOverBudget(inputs.Loads)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{cost}: the cheapest available however slow, because {prices.SpendKeys.Sum(key => inputs.Loads[key]):0.##} was spent and the budget is {prices.Budget:0.##}")
            : string.Create(CultureInfo.InvariantCulture,
                $"{cost}: the cheapest within {source.WithinMilliseconds:0.##} ms of the best available, {best}");
    }
}
