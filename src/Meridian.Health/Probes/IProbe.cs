using Meridian.Engine.Model;

namespace Meridian.Health.Probes;

/// <summary>One kind of attempt to find out whether a member works.</summary>
public interface IProbe
{
    /// <summary>
    /// Makes one attempt. Whatever the member or the network does is a result and never an exception. One attempt has
    /// one deadline over all its phases, and who asks keeps it: <paramref name="deadline"/> is signalled when the
    /// monitor's timeout has passed, and the attempt then ends at once as <see cref="ProbeOutcome.TimedOut"/>, with
    /// the phase it was in. (The scheduler holds all deadlines in one queue, so that no probe needs a timer.)
    /// </summary>
    ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline);
}
