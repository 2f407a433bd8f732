namespace Meridian.Host.Lab;

/// <summary>Seconds from the start of an experiment, and what a wall clock says then.</summary>
internal sealed class LabClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public TimeProvider Time => time;

    public double Elapsed => time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The moment of the experiment at which the wall clock's next whole second begins.</summary>
    public double NextWholeSecond() => ElapsedAt((_startedAt + TimeSpan.FromSeconds(Elapsed)).ToUnixTimeSeconds() + 1);

    /// <summary>The moment of the experiment at which a whole second of the wall clock begins.</summary>
    public double ElapsedAt(long unixSeconds) => (DateTimeOffset.FromUnixTimeSeconds(unixSeconds) - _startedAt).TotalSeconds;
}
