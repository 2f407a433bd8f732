namespace Meridian.Control.History;

/// <summary>Documents mean what they meant when they were loaded: states that had expired then are expired, and no others.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
