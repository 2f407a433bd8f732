using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Steering;

/// <summary>Time, load and cost, as plainly as can be.</summary>
internal static class ReferenceChoices
{
    /// <summary>The children of the windows that are open, by the calendar of the platform; then the default.</summary>
    public static IEnumerable<SteeringNode> Open(ScheduleNode schedule, long unixSeconds)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);
        DateTime local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(unixSeconds), zone).DateTime;
        IEnumerable<SteeringNode> open = schedule.Windows.Where(window => IsOpen(window, local)).Select(window => window.Node);
        return schedule.Default is null ? open : open.Append(schedule.Default);
    }

    public static double Share(RampNode ramp, long unixSeconds, bool isWell)
    {
        double elapsed = unixSeconds - ramp.Start.ToUnixTimeSeconds();
        return !isWell || elapsed < 0 ? 0 : ramp.Steps[(int)Math.Min(ramp.Steps.Length - 1, Math.Floor(elapsed / ramp.Every.TotalSeconds))] / 100;
    }

    public static double Share(ShedNode shed, double load) =>
        double.IsNaN(load) ? 0 : Math.Clamp((load - shed.Low) / (shed.High - shed.Low), 0, 1);

    /// <summary>Where the demand nearest to a pool goes: the formula of docs/steering.md, with nothing worked out ahead.</summary>
    public static double[] Pour(double[] capacities, double[] demands, bool[] available, int nearest)
    {
        bool known = !demands.Any(double.IsNaN);
        double Demand(int i) => known ? demands[i] : 0;
        double Room(int i) => available[i] ? capacities[i] : 0;
        double excess = 0, free = 0, room = 0;
        for (int i = 0; i < capacities.Length; i++)
        {
            excess += Math.Max(0, Demand(i) - Room(i));
            free += Math.Max(0, Room(i) - Demand(i));
            room += Room(i);
        }
        double own = !available[nearest] ? 1 : Demand(nearest) > 0 ? Math.Max(0, Demand(nearest) - Room(nearest)) / Demand(nearest) : 0;
        double[] shares = new double[capacities.Length];
        for (int j = 0; j < shares.Length; j++)
        {
            double byFree = free > 0 ? Math.Max(0, Room(j) - Demand(j)) / free : 0;
            double byRoom = room > 0 ? Room(j) / room : 0;
            double fits = excess > 0 ? Math.Min(1, free / excess) : free > 0 ? 1 : 0;
            shares[j] = (own * ((fits * byFree) + ((1 - fits) * byRoom))) + (j == nearest ? 1 - own : 0);
        }
        return shares;
    }

    /// <summary>Whether a child may be taken when another one is the best.</summary>
    public static bool IsWithin(CheapestNode node, double?[] milliseconds, List<int> order, int best, int child) =>
        child == best
        || (order.IndexOf(child) > order.IndexOf(best)
            && (node.Of[child].Site is null
                || (node.Of[best].Site is not null
                    && (milliseconds[best] is not { } least || milliseconds[child] <= least + node.WithinMilliseconds))));

    public static string Cheapest(CheapestNode node, double?[] milliseconds, ImmutableArray<string> outcomes, Func<PricedChild, double> load, double spent)
    {
        List<int> order = [.. Enumerable.Range(0, milliseconds.Length)
            .OrderBy(i => node.Of[i].Site is null ? 1 : 0).ThenBy(i => milliseconds[i] ?? double.MaxValue)];
        int best = order.FindIndex(i => outcomes[i] != SteeringReference.Unavailable);
        if (best < 0)
        {
            return SteeringReference.Unavailable;
        }
        if (outcomes[order[best]] == SteeringReference.Blocked)
        {
            return SteeringReference.Blocked;
        }
        int chosen = order
            .Where(i => outcomes[i] != SteeringReference.Unavailable && (spent > node.Budget ? order.IndexOf(i) >= best : IsWithin(node, milliseconds, order, order[best], i)))
            .OrderBy(i => node.Of[i].Commit is { } commit && load(node.Of[i]) < commit ? 0 : node.Of[i].Cost)
            .First();
        return outcomes[chosen];
    }

    private static bool IsOpen(ScheduleWindow window, DateTime local)
    {
        int second = (int)local.TimeOfDay.TotalSeconds;
        DateOnly today = DateOnly.FromDateTime(local);
        return window.FromSecond < window.ToSecond
            ? second >= window.FromSecond && second < window.ToSecond && HasDay(window, today)
            : (second >= window.FromSecond && HasDay(window, today)) || (second < window.ToSecond && HasDay(window, today.AddDays(-1)));
    }

    private static bool HasDay(ScheduleWindow window, DateOnly day) =>
        (window.Days >> (int)day.DayOfWeek & 1) != 0 && !(day < window.FirstDate) && !(day > window.LastDate);
}
