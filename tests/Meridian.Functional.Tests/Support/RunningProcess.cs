using System.Diagnostics;

namespace Meridian.Functional.Tests.Support;

/// <summary>A program that runs until the test has seen enough, with everything it wrote.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    private RunningProcess(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public bool IsRunning => !Process.HasExited;

    /// <summary>Everything it wrote so far, to both streams, in the order of its arrival.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public static RunningProcess Start(string program, params string[] arguments) => new(Command.Start(program, arguments));

    /// <summary>How many lines contain a text.</summary>
    public int Count(string part)
    {
        lock (_gate)
        {
            return _lines.Count(line => line.Contains(part, StringComparison.Ordinal));
        }
    }

    /// <summary>Waits for a line; with a count, for that many of them.</summary>
    /// <returns>The first one.</returns>
    public async Task<string> WaitForLineAsync(string part, int count = 1)
    {
        await Wait.UntilAsync(() => Count(part) >= count || !IsRunning, Wait.Long, $"{count} × '{part}'", () => Text);
        if (Count(part) < count)
        {
            // It has ended; its last lines may still be on their way.
            await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(Count(part) >= count, $"It ended with {Process.ExitCode} before '{part}':\n{Text}");
        }
        lock (_gate)
        {
            return _lines.First(line => line.Contains(part, StringComparison.Ordinal));
        }
    }

    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        await Wait.UntilAsync(() => Process.HasExited, limit, "the process ends", () => Text);
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            await Process.WaitForExitAsync(CancellationToken.None);
        }
        Process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }
        }
    }
}
