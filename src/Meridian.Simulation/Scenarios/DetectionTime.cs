using Meridian.Engine.Model;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Scenarios;

/// <summary>How long health checks take to find something out, by the monitor's definition.</summary>
internal static class DetectionTime
{
    /// <summary>From a failure to the first probe that fails, in seconds.</summary>
    /// <param name="monitor">The definition.</param>
    /// <param name="isSilent">Whether each probe runs into its time-out.</param>
    /// <param name="random">For where in the interval the failure falls.</param>
    public static double OfFirstDoubt(MonitorModel monitor, bool isSilent, ref Randomness random) =>
        random.NextDouble() * monitor.Interval.TotalSeconds + (isSilent ? monitor.Timeout.TotalSeconds : 0);

    /// <summary>From the first probe that fails to the verdict, in seconds.</summary>
    public static double OfConfirmation(MonitorModel monitor, bool isSilent) => monitor.Confirm is { } confirm
        ? confirm.Within.TotalSeconds + (isSilent ? confirm.Timeout.TotalSeconds : 0)
        : (monitor.Fall - 1) * monitor.Interval.TotalSeconds;

    /// <summary>From the return of a member to the verdict, in seconds.</summary>
    public static double OfReturn(MonitorModel monitor, ref Randomness random) =>
        (random.NextDouble() + monitor.Rise - 1) * monitor.Interval.TotalSeconds;
}
