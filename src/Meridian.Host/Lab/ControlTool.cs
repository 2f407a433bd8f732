using System.Diagnostics;

namespace Meridian.Host.Lab;

/// <summary>Runs the tool with which an operator asks a resolver.</summary>
internal static class ControlTool
{
    // 1 to 30 s. They answer in milliseconds.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // Some tools are where the PATH of an ordinary user does not lead.
    private static readonly string[] Directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <returns>What it wrote to standard output; null when it is not there or failed.</returns>
    public static async Task<string?> RunAsync(string command, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        if (Directories.Select(directory => Path.Combine(directory, command)).FirstOrDefault(File.Exists) is not { } path)
        {
            return null;
        }
        using Process? process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        });
        if (process is null)
        {
            return null;
        }
        process.StandardInput.Close();
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await errors;
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0 ? output : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            return null;
        }
    }
}
