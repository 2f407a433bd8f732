using System.Diagnostics;
using System.Net;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Lab;

/// <summary>Real caches behind one address, each a process in a directory of its own.</summary>
internal sealed class ResolverProcess : ILabResolver
{
    private readonly Process[] _processes;
    private readonly OutputTail _tail;
    private readonly ResolverSite _site;

    private ResolverProcess(ResolverKind kind, Process[] processes, OutputTail tail, ResolverSite site)
    {
        Kind = kind;
        _processes = processes;
        _tail = tail;
        _site = site;
        Address = new IPEndPoint(IPAddress.Loopback, site.Port);
    }

    public ResolverKind Kind { get; }

    public IPEndPoint Address { get; }

    public IReadOnlyList<string> LastLines => _tail.Lines;

    public bool IsRunning => Array.TrueForAll(_processes, process => !process.HasExited);

    public static ResolverProcess Start(ResolverKind kind, string command, ResolverSite site)
    {
        OutputTail tail = new(log: null);
        Process[] processes = new Process[kind.CachesPerAddress];
        for (int i = 0; i < processes.Length; i++)
        {
            // The kernel deals clients out among them, by address and port (SO_REUSEPORT).
            ResolverSite own = processes.Length == 1 ? site : site with { Directory = $"{site.Directory}-{i}" };
            processes[i] = StartOne(kind, command, own, tail);
        }
        return new ResolverProcess(kind, processes, tail, site);
    }

    public async Task<CacheContent?> InspectAsync(string name, CancellationToken cancellationToken) =>
        _processes.Length == 1 && Kind.Inspection is { } inspection
            ? await inspection.AskAsync(_site, _processes[0].Id, name, cancellationToken)
            : null;

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                // There is nothing to save: its directory goes with the experiment.
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
            process.Dispose();
        }
    }

    private static Process StartOne(ResolverKind kind, string command, ResolverSite site, OutputTail tail)
    {
        Directory.CreateDirectory(site.Directory);
        ResolverSetUp setUp = kind.SetUp!(site); // What has a command has one.
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
        // Times in logs are read.
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C";
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        process.OutputDataReceived += (_, line) => tail.Add(line.Data);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
