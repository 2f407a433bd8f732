using System.Net;
using System.Net.Sockets;
using Meridian.Host.Quickstart;
using Meridian.Host.Status;

namespace Meridian.Host.Lab;

/// <summary>
/// One experiment: two regions, Meridian, real caching resolvers in front of it, and clients behind those; then something
/// happens, and the lab looks on. Ends all that it started.
/// </summary>
internal sealed class LabRun(LabOptions options, LabPlan plan, TextWriter output, TimeProvider time) : IAsyncDisposable
{
    // Direct questions to the authority: often enough to see when its answers change.
    private static readonly TimeSpan DirectEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);


    private readonly List<ResolverProcess> _resolvers = [];
    private readonly List<int> _populations = [];
    private readonly LabRecorder _recorder = new();
    private ChildProcess? _eu;
    private ChildProcess? _us;
    private ChildProcess? _server;
    private long _start;

    /// <returns>What was seen, or null, told, when something did not start.</returns>
    public async Task<LabResult?> RunAsync(TextWriter error, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(plan.ConfigurationPath, plan.Configuration(options, false), cancellationToken);
        _eu = StartBackend("eu", LabPlan.Eu);
        _us = StartBackend("us", LabPlan.Us);
        _server = ChildProcess.Start(["serve", plan.ConfigurationPath], new OutputTail(log: null), time);
        if (!await WaitUntilReadyAsync(cancellationToken) || !await StartResolversAsync(error, cancellationToken))
        {
            await error.WriteLineAsync($"Meridian is not ready:\n{string.Join('\n', _server.LastLines)}");
            return null;
        }
        _start = time.GetTimestamp();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] clients = [.. _resolvers.Select((resolver, index) => LookUpForeverAsync(resolver, index, ending.Token)), AskDirectlyAsync(ending.Token)];
        await ShowUntilAsync(options.WarmUpSeconds, "before the event", cancellationToken);
        double eventAt = Elapsed;
        await HappenAsync(cancellationToken);
        await ShowUntilAsync(eventAt + options.WatchSeconds + 4, Describe(), cancellationToken);
        await ending.CancelAsync();
        await Task.WhenAll(clients);
        return new LabAnalysis(options, _recorder.Samples, eventAt).Build(new LabPrediction(options, plan));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ResolverProcess resolver in _resolvers)
        {
            await resolver.DisposeAsync();
        }
        foreach (ChildProcess? child in new[] { _server, _eu, _us })
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }
        }
        Directory.Delete(plan.Directory, recursive: true);
    }

    private double Elapsed => time.GetElapsedTime(_start).TotalSeconds;

    private ChildProcess StartBackend(string site, IPAddress address) => ChildProcess.Start(
        ["backend", "--listen", new IPEndPoint(address, plan.BackendPort).ToString(), "--name", site, "--site", site],
        new OutputTail(log: null),
        time);

    private async Task<bool> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using LocalEndpointClient client = new(new Uri($"http://127.0.0.1:{plan.HttpPort}"));
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(200), time);
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < ReadyTimeout && _server is { IsRunning: true })
        {
            if ((await client.GetAsync("readyz", cancellationToken)).Status == HttpStatusCode.OK)
            {
                return true;
            }
            await pace.WaitForNextTickAsync(cancellationToken);
        }
        return false;
    }

    private async Task<bool> StartResolversAsync(TextWriter error, CancellationToken cancellationToken)
    {
        int[] ports = LabPlan.FreePorts(options.Mix.Sum(part => part.Count));
        for (int population = 0; population < options.Mix.Length; population++)
        {
            (ResolverKind kind, int count) = options.Mix[population];
            for (int i = 0; i < count; i++)
            {
                string directory = Path.Combine(plan.Directory, $"{kind.Name}-{i}");
                ResolverSite site = new(directory, ports[_resolvers.Count], plan.DnsPort, options.Ttl);
                _resolvers.Add(ResolverProcess.Start(kind, kind.FindCommand()!, site)); // The command line has looked.
                _populations.Add(population);
            }
        }
        foreach (ResolverProcess resolver in _resolvers)
        {
            using StubClient client = new(resolver.Address, $"ns1.{LabPlan.Zone}.", time);
            long began = time.GetTimestamp();
            while (await client.LookUpAsync(cancellationToken) is not { Count: > 0 })
            {
                if (time.GetElapsedTime(began) > ReadyTimeout || !resolver.IsRunning)
                {
                    await error.WriteLineAsync($"{resolver.Kind.Name} on {resolver.Address} does not answer:\n{string.Join('\n', resolver.Tail.Lines)}");
                    return false;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
            }
        }
        return true;
    }

    private async Task LookUpForeverAsync(ResolverProcess resolver, int index, CancellationToken cancellationToken)
    {
        Random random = new(HashCode.Combine(options.Seed, index));
        using StubClient client = new(resolver.Address, $"{LabPlan.Name}.", time);
        try
        {
            // Caches that were all filled at once would all expire at once, for many lives: begin anywhere in one.
            double next = random.NextDouble() * resolver.Kind.Behaviour(options.Ttl).LifetimeOf(options.Ttl);
            while (true)
            {
                // A Poisson stream, whatever a lookup takes.
                next += -Math.Log(1 - random.NextDouble()) / options.LookupsPerSecond;
                double wait = next - Elapsed;
                if (wait > 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds(wait), time, cancellationToken);
                }
                double at = Elapsed;
                IReadOnlyList<IPAddress>? addresses = await client.LookUpAsync(cancellationToken);
                IPAddress? address = addresses is { Count: > 0 } ? addresses[0] : null;
                bool isServed = address is not null && await ConnectsAsync(address, cancellationToken);
                _recorder.Add(new LabSample(at, _populations[index], address, isServed));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The experiment is over.
        }
    }

    private async Task AskDirectlyAsync(CancellationToken cancellationToken)
    {
        using StubClient client = new(new IPEndPoint(IPAddress.Loopback, plan.DnsPort), $"{LabPlan.Name}.", time);
        using PeriodicTimer pace = new(DirectEvery, time);
        try
        {
            while (await pace.WaitForNextTickAsync(cancellationToken))
            {
                double at = Elapsed;
                IReadOnlyList<IPAddress>? addresses = await client.LookUpAsync(cancellationToken);
                _recorder.Add(new LabSample(at, LabAnalysis.Authority, addresses is { Count: > 0 } ? addresses[0] : null, true));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The experiment is over.
        }
    }

    private async Task<bool> ConnectsAsync(IPAddress address, CancellationToken cancellationToken)
    {
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource deadline = new(ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, plan.BackendPort), either.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task HappenAsync(CancellationToken cancellationToken)
    {
        if (options.Scenario == LabScenario.Failover)
        {
            await _eu!.StopAsync(); // Started before.
            return;
        }
        await PublishAsync(true, cancellationToken);
    }

    /// <summary>Writes the file beside and moves it over the old one: the server watches it.</summary>
    private async Task PublishAsync(bool isChanged, CancellationToken cancellationToken)
    {
        string next = $"{plan.ConfigurationPath}.new";
        await File.WriteAllTextAsync(next, plan.Configuration(options, isChanged), cancellationToken);
        File.Move(next, plan.ConfigurationPath, overwrite: true);
    }

    private string Describe() => options.Scenario switch
    {
        LabScenario.Failover => "region eu is dead",
        LabScenario.Drain => "region eu is drained",
        LabScenario.Canary => "the weights have changed places",
        _ => "a wrong address is published",
    };

    private async Task ShowUntilAsync(double until, string phase, CancellationToken cancellationToken)
    {
        while (Elapsed < until)
        {
            double wait = Math.Min(ReportEvery.TotalSeconds, until - Elapsed);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.01, wait)), time, cancellationToken);
            await output.WriteLineAsync(LabView.Line(options, _recorder.Samples, Elapsed, phase));
        }
    }
}
