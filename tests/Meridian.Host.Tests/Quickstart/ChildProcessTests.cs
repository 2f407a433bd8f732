using System.Diagnostics;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task Stop_RunningChild_EndsWithItsInput()
    {
        using var lines = new LineSignal();
        await using ChildProcess child = StartBackend(lines);
        string first = await lines.NextLineAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("child listens on http://127.0.0.1:", first, StringComparison.Ordinal);
        Assert.True(child.IsRunning);

        await child.StopAsync();

        Assert.False(child.IsRunning);
        // 137 would be the end by force.
        Assert.Equal("ended with exit code 0", child.DescribeExit());
    }

    [Fact]
    public async Task Dispose_ChildThatWasKilled_IsQuiet()
    {
        using var lines = new LineSignal();
        ChildProcess child = StartBackend(lines);
        await lines.NextLineAsync(TestContext.Current.CancellationToken);
        using (Process process = Process.GetProcessById(child.Id))
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(child.IsRunning);
        await child.DisposeAsync();
    }

    [Fact]
    public async Task Child_ThatCannotStart_LeavesItsLastWords()
    {
        var tail = new OutputTail(log: null);
        await using ChildProcess child = ChildProcess.Start(["backend", "--name", "child", "--listen", "nowhere"], tail, TimeProvider.System);
        using (Process process = Process.GetProcessById(child.Id))
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await child.StopAsync();

        Assert.Equal($"ended with exit code {ExitCodes.Usage}", child.DescribeExit());
        Assert.Contains(child.LastLines, line => line.Contains("'nowhere' is not a loopback address", StringComparison.Ordinal));
    }

    [Fact]
    public void OutputTail_ManyLines_KeepsTheLastAndPassesAllOn()
    {
        using var log = new StringWriter();
        var tail = new OutputTail(log);
        for (int index = 0; index < 100; index++)
        {
            tail.Add($"{index}");
        }
        tail.Add(null);

        Assert.Equal(12, tail.Lines.Count);
        Assert.Equal("99", tail.Lines[^1]);
        Assert.Equal(100, log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static ChildProcess StartBackend(LineSignal lines) =>
        ChildProcess.Start(["backend", "--name", "child", "--listen", "127.0.0.1:0"], new OutputTail(lines), TimeProvider.System);
}
