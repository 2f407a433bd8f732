namespace Meridian.Simulation.Running;

/// <summary>A clock that the run sets.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
