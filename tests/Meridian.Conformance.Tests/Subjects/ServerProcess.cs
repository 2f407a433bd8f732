using System.Diagnostics;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>
/// A server in the foreground, tied to this process: it ends when this process does, however that ends. Stopped by its own
/// process id, never by name: other servers of its kind may run on the machine.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // The server runs in the background of a shell whose input is a pipe from here. The pipe's end, also after kill -9 of this
    // process, ends the server; the server's end ends the shell. Servers are where the PATH of an ordinary user does not lead.
    private const string Tether =
        "PATH=$PATH:/usr/sbin:/sbin; exec 3<&0; \"$@\" 3<&- & child=$!; (cat <&3 >/dev/null; kill -TERM $child 2>/dev/null) & wait $child; exit $?";

    private const int LinesKept = 40;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private ServerProcess(Process process) => _process = process;

    /// <summary>Of the shell; the server is its child.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string LastLines
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public static ServerProcess Start(string directory, params IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new("/bin/sh")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", Tether, "sh" },
        };
        foreach (string part in command)
        {
            start.ArgumentList.Add(part);
        }
        ServerProcess server = new(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource limit = new(StopLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lines)
        {
            if (_lines.Count == LinesKept)
            {
                _lines.Dequeue();
            }
            _lines.Enqueue(line);
        }
    }
}
