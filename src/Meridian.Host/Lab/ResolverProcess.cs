using System.Diagnostics;
using System.Net;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Lab;

/// <summary>One running resolver in a directory of its own.</summary>
internal sealed class ResolverProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ResolverProcess(ResolverKind kind, Process process, OutputTail tail, IPEndPoint address)
    {
        Kind = kind;
        _process = process;
        Tail = tail;
        Address = address;
    }

    public ResolverKind Kind { get; }

    public IPEndPoint Address { get; }

    /// <summary>What it wrote last.</summary>
    public OutputTail Tail { get; }

    public bool IsRunning => !_process.HasExited;

    public static ResolverProcess Start(ResolverKind kind, string command, ResolverSite site)
    {
        Directory.CreateDirectory(site.Directory);
        ResolverSetUp setUp = kind.SetUp(site);
        foreach ((string name, string text) in setUp.Files)
        {
            File.WriteAllText(Path.Combine(site.Directory, name), text);
        }
        ProcessStartInfo start = new(command, setUp.Arguments)
        {
            WorkingDirectory = site.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        OutputTail tail = new(log: null);
        process.OutputDataReceived += (_, line) => tail.Add(line.Data);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ResolverProcess(kind, process, tail, new IPEndPoint(IPAddress.Loopback, site.Port));
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            // There is nothing to save: its directory goes with the experiment.
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
