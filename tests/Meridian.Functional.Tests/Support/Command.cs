using System.ComponentModel;
using System.Diagnostics;

namespace Meridian.Functional.Tests.Support;

/// <summary>What a program that has ended left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Starts programs.</summary>
internal static class Command
{
    // What runs to its end in these tests takes a few seconds at most.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The executable that was built, beside the tests because they refer to its project.</summary>
    public static string Meridian { get; } = Path.Combine(AppContext.BaseDirectory, "meridian.dll");

    /// <summary>Runs <c>meridian</c> to its end.</summary>
    public static Task<CommandResult> MeridianAsync(params string[] arguments) => RunAsync("dotnet", [Meridian, .. arguments]);

    /// <summary>
    /// Runs a DNS client to its end. Where it is not installed the test is skipped, except in CI, where it fails: there a
    /// skipped test would be a check that nobody notices to be gone.
    /// </summary>
    public static Task<CommandResult> ToolAsync(string tool, params string[] arguments)
    {
        RequireTool(tool);
        return RunAsync(tool, arguments);
    }

    public static void RequireTool(string tool)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, tool)));
        if (!isThere)
        {
            string message = $"{tool} is not installed: scripts/install-test-packages.sh brings it.";
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", message);
            Assert.Skip(message);
        }
    }

    public static Process Start(string program, IEnumerable<string> arguments)
    {
        // A shell starts what it runs in the background with SIGINT ignored, and that is inherited for good (POSIX sh, 2.11
        // Signals and Error Handling): tests that interrupt a program would pass in the foreground only.
        ProcessStartInfo start = new("env", ["--default-signal=INT", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test runner is configured with by its environment is not meant for its children.
        start.Environment.Remove("DOTNET_gcServer");
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be started: {e.Message}", e);
        }
    }

    private static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        using Process process = Start(program, arguments);
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            CommandResult result = new(0, await output, await error);
            await process.WaitForExitAsync(deadline.Token);
            return result with { ExitCode = process.ExitCode };
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
