using System.Net;
using Meridian.Engine.Model;
using Meridian.Health.Probes;

namespace Meridian.Health.Tests.Support;

/// <summary>One attempt, with the monitor's timeout as its deadline.</summary>
internal static class Probing
{
    internal static async Task<ProbeResult> OnceAsync(IProbe probe, MonitorModel monitor, int port, string address = "127.0.0.1")
    {
        using CancellationTokenSource deadline = new(monitor.Timeout);
        return await probe.ProbeAsync(new ProbeTarget(IPAddress.Parse(address), null, port), monitor, deadline.Token);
    }
}
