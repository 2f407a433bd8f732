using System.Diagnostics;

namespace Meridian.Functional.Tests.Support;

/// <summary>Waits for what should come true, looking again and again; never for a fixed time.</summary>
internal static class Wait
{
    /// <summary>Generous, for what has no promised time: two busy cores may take their time, a hang must still end.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked every 20 ms.</param>
    /// <param name="limit">After this the test fails.</param>
    /// <param name="what">What is waited for, for the message of the failure.</param>
    /// <param name="describe">What there is instead, asked when the time is over.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, string what, Func<string>? describe = null)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using PeriodicTimer pace = new(Pace);
        while (!await condition())
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
            if (elapsed > limit)
            {
                Assert.Fail($"Not within {limit.TotalSeconds} s: {what}. {describe?.Invoke()}");
            }
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return Stopwatch.GetElapsedTime(startedAt);
    }

    public static Task<TimeSpan> UntilAsync(
        Func<bool> condition, TimeSpan limit, string what, Func<string>? describe = null) =>
        UntilAsync(() => Task.FromResult(condition()), limit, what, describe);
}
