using System.Diagnostics;
using System.Globalization;

namespace Meridian.StoreBench;

/// <summary>Runs this program in a process of its own.</summary>
internal static class StoreProcess
{
    /// <summary>This program, as a command line.</summary>
    public static IReadOnlyList<string> Self { get; } = ["dotnet", typeof(StoreProcess).Assembly.Location];

    /// <summary>Starts a command with its output redirected.</summary>
    public static Process Start(IEnumerable<string> command)
    {
        string[] all = [.. command];
        ProcessStartInfo start = new(all[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in all.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }
        // The children are short: neither compiling twice nor a diagnostics server pays.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException($"{all[0]} cannot be started");
    }

    /// <summary>The command line of a writing process.</summary>
    public static IEnumerable<string> Writer(string directory, int writers, int count, int seed, int checkpoint) =>
    [
        .. Self, "write", "--directory", directory, "--writers", Text(writers), "--count", Text(count), "--seed", Text(seed), "--checkpoint", Text(checkpoint),
    ];

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its output; throws when it fails.</returns>
    public static async Task<string> RunAsync(IEnumerable<string> command)
    {
        using Process process = Start(command);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"exit code {process.ExitCode}: {await errors} {output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
