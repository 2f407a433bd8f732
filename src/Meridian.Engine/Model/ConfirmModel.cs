namespace Meridian.Engine.Model;

/// <summary>
/// The burst of probes after a first failure. When all of them fail, the member is down at once; when one succeeds, the
/// failure was a passing one. The last verdict falls <see cref="Within"/> plus <see cref="Timeout"/> after the failure.
/// </summary>
public sealed record ConfirmModel
{
    /// <summary>
    /// Probes in the burst; 1 to 16. Five at 5 % packet loss all fail by chance once in some hundred thousand bursts;
    /// for intervals of a second or less, eight keep false alarms as rare.
    /// </summary>
    public int Probes { get; init; } = 5;

    /// <summary>Time over which their starts are spread evenly; 10 ms to 10 s. Longer rides over a restart of the member.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Deadline of each of them; 10 ms to 10 s, and at most the monitor's own. Above the 200 ms after which TCP repeats.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(300);
}
