using System.Collections.Immutable;

namespace Meridian.Control.Http;

/// <summary>Whether this server should be sent queries.</summary>
/// <param name="SnapshotPublished">A configuration was compiled and is answered from.</param>
/// <param name="SocketsBound">Every configured DNS address is listened on.</param>
/// <param name="WarmUpOver">The first health verdicts are in, or their time is up.</param>
public sealed record Readiness(bool SnapshotPublished, bool SocketsBound, bool WarmUpOver)
{
    public bool IsReady => SnapshotPublished && SocketsBound && WarmUpOver;

    /// <summary>What is still missing; empty when ready.</summary>
    public ImmutableArray<string> Missing
    {
        get
        {
            var missing = ImmutableArray.CreateBuilder<string>();
            if (!SnapshotPublished)
            {
                missing.Add("no configuration has been published yet");
            }
            if (!SocketsBound)
            {
                missing.Add("the DNS sockets are not bound");
            }
            if (!WarmUpOver)
            {
                missing.Add("health checks are warming up: not every member has a verdict");
            }
            return missing.ToImmutable();
        }
    }
}
