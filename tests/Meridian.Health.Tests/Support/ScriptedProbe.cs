using Meridian.Engine.Model;
using Meridian.Health.Probes;

namespace Meridian.Health.Tests.Support;

/// <summary>A probe that does what the test says, and remembers what was asked of it.</summary>
internal sealed class ScriptedProbe(Func<ProbeTarget, CancellationToken, ValueTask<ProbeResult>> script) : IProbe
{
    private readonly Lock _gate = new();
    private readonly List<ProbeTarget> _asked = [];
    private readonly HashSet<(string, ProbeTarget)> _running = [];

    internal List<ProbeTarget> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>Whether one check was ever asked twice at once.</summary>
    internal bool Overlapped { get; private set; }

    internal static ProbeResult Success => new(ProbeOutcome.Success, "status 200", default);

    internal static ProbeResult Failure => new(ProbeOutcome.UnexpectedStatus, "status 503, expected 200-299", default);

    /// <summary>Answers at once, well or badly.</summary>
    internal static ScriptedProbe Answering(Func<ProbeTarget, bool> isUp) =>
        new((target, _) => ValueTask.FromResult(isUp(target) ? Success : Failure));

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        lock (_gate)
        {
            _asked.Add(target);
            Overlapped |= !_running.Add((monitor.Name, target));
        }

        try
        {
            return await script(target, deadline);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove((monitor.Name, target));
            }
        }
    }
}
