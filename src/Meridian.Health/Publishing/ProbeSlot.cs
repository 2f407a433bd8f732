using Meridian.Engine.Model;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Publishing;

/// <summary>
/// A place from which probes of a check start, one at a time: its regular place, or one of the places of a burst.
/// Guarded by the engine's lock.
/// </summary>
internal sealed class ProbeSlot
{
    /// <param name="check">What is asked.</param>
    /// <param name="burst">The burst it belongs to; null for the regular place.</param>
    /// <param name="monitor">How it is asked; within a burst with the burst's deadline.</param>
    /// <param name="hash">Decides the place in the period.</param>
    internal ProbeSlot(Check check, ConfirmationBurst? burst, MonitorModel monitor, ulong hash)
    {
        Check = check;
        Burst = burst;
        Monitor = monitor;
        Schedule = new ProbeSchedule<ProbeSlot>(this, monitor.Interval, monitor.Timeout, hash);
    }

    internal Check Check { get; }

    internal ConfirmationBurst? Burst { get; }

    internal MonitorModel Monitor { get; }

    internal ProbeSchedule<ProbeSlot> Schedule { get; }

    /// <summary>The probe whose result counts; null when none runs.</summary>
    internal RunningProbe? Running { get; set; }
}
