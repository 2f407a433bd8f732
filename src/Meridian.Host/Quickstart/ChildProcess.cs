using System.Diagnostics;
using System.Globalization;

namespace Meridian.Host.Quickstart;

/// <summary>
/// This executable, run once more as a child with other arguments. The child ends with its standard input, of which this
/// object holds the other end: to stop it is to close that, and it cannot outlive its parent.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // 1 to 30 s. What does not end in this time after being asked is ended by force.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly OutputTail _tail;

    private ChildProcess(Process process, OutputTail tail, TimeProvider time)
    {
        _process = process;
        _tail = tail;
        _time = time;
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>The last lines it wrote, for a person to see why it ended.</summary>
    public IReadOnlyList<string> LastLines => _tail.Lines;

    public static ChildProcess Start(IEnumerable<string> arguments, OutputTail tail, TimeProvider time)
    {
        (string program, string[] prefix) = Self();
        var start = new ProcessStartInfo(program, [.. prefix, .. arguments, "--exit-with-input"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.OutputDataReceived += (_, line) => tail.Add(line.Data);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, tail, time);
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopTimeout, _time);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Ends it at once and without a word, as a region dies.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>How it ended, in words.</summary>
    public string DescribeExit() => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {_process.ExitCode}");

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await StopAsync();
        }
        _process.Dispose();
    }

    // As an apphost the executable is this process; under `dotnet meridian.dll` (tests, debuggers) the host needs to be told it.
    private static (string Program, string[] Prefix) Self()
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        string library = typeof(ChildProcess).Assembly.Location;
        return Path.GetFileNameWithoutExtension(program) == Path.GetFileNameWithoutExtension(library) ? (program, []) : ("dotnet", ["exec", library]);
    }
}
