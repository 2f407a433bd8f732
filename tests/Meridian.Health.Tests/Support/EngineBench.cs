using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Support;

/// <summary>An engine on virtual time, whose loop the test turns by hand.</summary>
internal sealed class EngineBench : IDisposable
{
    internal EngineBench(IProbe probe, HealthOptions? options = null, VerdictStore? store = null, ILogger<HealthEngine>? logger = null)
    {
        Engine = new HealthEngine(Sink, probe, options ?? new HealthOptions(), Time, logger ?? NullLogger<HealthEngine>.Instance, store);
    }

    internal VirtualTime Time { get; } = new();

    internal RecordingSink Sink { get; } = new();

    internal HealthEngine Engine { get; }

    /// <summary>Runs the loop for a while of virtual time, as it would run itself.</summary>
    internal void Run(TimeSpan duration)
    {
        TimeSpan end = Time.Elapsed + duration;
        while (true)
        {
            TimeSpan wait = Engine.Loop.Turn();
            wait = Watch(wait);
            if (wait == Timeout.InfiniteTimeSpan || Time.Elapsed + wait > end)
            {
                Time.Advance(end - Time.Elapsed);
                return;
            }

            Time.Advance(wait);
        }
    }

    // The watch looks twice a second, and at once when a failure waits for proof.
    private TimeSpan Watch(TimeSpan wait)
    {
        if (Engine.Vantages.Length == 1 && !Engine.Watch.IsNeeded)
        {
            return wait;
        }

        Assert.True(Engine.Watch.TurnAsync(CancellationToken.None).IsCompletedSuccessfully);
        TimeSpan beat = TimeSpan.FromMilliseconds(500);
        return wait == Timeout.InfiniteTimeSpan || wait > beat ? beat : wait;
    }

    public void Dispose() => Engine.Dispose();
}
