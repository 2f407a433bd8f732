namespace Meridian.Server.Native;

/// <summary>Sleeps in real time on purpose: this paces system calls, and is no part of any decision.</summary>
internal static unsafe class ThreadPause
{
    private const long NanosecondsPerMicrosecond = 1000;

    public static void Sleep(int microseconds)
    {
        TimeSpec duration = new() { Nanoseconds = microseconds * NanosecondsPerMicrosecond };
        _ = Libc.Sleep(&duration, null);
    }
}
