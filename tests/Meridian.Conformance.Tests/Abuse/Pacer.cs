using System.Diagnostics;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>How many of so many a second are due by now. After a pause what is due comes at once, as a crowd would.</summary>
internal sealed class Pacer(double perSecond)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _taken;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public int TakeDue()
    {
        long due = (long)(Elapsed.TotalSeconds * perSecond) - _taken;
        _taken += due;
        return (int)due;
    }
}
