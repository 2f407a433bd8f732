using System.Collections.Immutable;
using System.Net;
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
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Seconds after the end of the last curve, so that its last point is whole.</summary>
    private const double TailSeconds = LabCurve.WindowSeconds + 1;

    // By then the verdict is out, and the caches hold what they will hold.
    private const double InspectAfterSeconds = 3;

    private readonly LabFleet _fleet = new(options, plan, time);
    private readonly LabRecorder _recorder = new();
    private ChildProcess? _eu;
    private ChildProcess? _us;
    private ChildProcess? _server;

    /// <returns>What was seen, or null, told, when something did not start.</returns>
    public async Task<LabResult?> RunAsync(TextWriter error, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(plan.ConfigurationPath, plan.Configuration(options, false), cancellationToken);
        _eu = StartBackend("eu", LabPlan.Eu);
        _us = StartBackend("us", LabPlan.Us);
        _server = ChildProcess.Start(["serve", plan.ConfigurationPath], new OutputTail(log: null), time);
        if (!await WaitUntilReadyAsync(cancellationToken))
        {
            await error.WriteLineAsync($"Meridian is not ready:\n{string.Join('\n', _server.LastLines)}");
            return null;
        }
        if (await _fleet.StartAsync(cancellationToken) is { } failure)
        {
            await error.WriteLineAsync(failure);
            return null;
        }
        return await ExperimentAsync(new LabClock(time), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        foreach (ChildProcess? child in new[] { _server, _eu, _us })
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }
        }
        Directory.Delete(plan.Directory, recursive: true);
    }

    private async Task<LabResult> ExperimentAsync(LabClock clock, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        QuestionCount questions = new(plan, clock);
        LabInspector inspector = new(options, _fleet, clock);
        List<Task> running = [.. _fleet.Clients().Select(client => client.RunAsync(clock, _recorder, plan.BackendPort, options.Seed, ending.Token))];
        running.Add(questions.RunAsync(ending.Token));
        bool isHerd = options.Scenario == LabScenario.Herd;
        if (!isHerd)
        {
            // They are questions too: a herd is counted without them.
            running.Add(AskDirectlyAsync(clock, ending.Token));
        }
        await ShowUntilAsync(clock, options.WarmUpSeconds, "before the event", cancellationToken);
        if (!isHerd)
        {
            // Most caches count whole seconds of the wall clock, and the simulator's event is at the beginning of one.
            await ShowUntilAsync(clock, clock.NextWholeSecond(), "before the event", cancellationToken);
        }
        double eventAt = isHerd ? 0 : clock.Elapsed;
        (double? published, double? reverted) = await HappenAsync(clock, eventAt, inspector, cancellationToken);
        await ShowUntilAsync(clock, eventAt + options.WatchSeconds + TailSeconds, Describe(), cancellationToken);
        await ending.CancelAsync();
        await Task.WhenAll(running);
        ImmutableArray<LabSample> samples = _recorder.Samples;
        LabAnalysis analysis = new(options, samples, eventAt)
        {
            PublishedAfter = published - eventAt,
            RevertedAfter = reverted - eventAt,
            Questions = questions.PerSecond(eventAt, isHerd ? 0 : 1 / DirectEvery.TotalSeconds),
            Inspections = inspector.Check(samples, Watched, eventAt),
        };
        await output.WriteLineAsync("The simulator's turn.");
        return analysis.Build(new LabPrediction(options, plan));
    }

    /// <summary>The address whose traffic the curves show.</summary>
    private IPAddress Watched => options.Scenario == LabScenario.Mistake ? LabPlan.Wrong : LabPlan.Eu;

    private ChildProcess StartBackend(string site, IPAddress address) => ChildProcess.Start(
        ["backend", "--listen", new IPEndPoint(address, plan.BackendPort).ToString(), "--name", site, "--site", site],
        new OutputTail(log: null),
        time);

    private async Task<bool> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using LocalEndpointClient client = new(new Uri($"http://127.0.0.1:{plan.HttpPort}"));
        using PeriodicTimer pace = new(PollEvery, time);
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

    private async Task AskDirectlyAsync(LabClock clock, CancellationToken cancellationToken)
    {
        using StubClient client = new(new IPEndPoint(IPAddress.Loopback, plan.DnsPort), $"{LabPlan.NameOf(options.SettingsTtl, 0)}.", time);
        using PeriodicTimer pace = new(DirectEvery, time);
        try
        {
            while (await pace.WaitForNextTickAsync(cancellationToken))
            {
                double at = clock.Elapsed;
                IReadOnlyList<IPAddress>? addresses = await client.LookUpAsync(cancellationToken);
                _recorder.Add(new LabSample(at, LabStream.Authority, addresses is { Count: > 0 } ? addresses[0] : null, true));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The experiment is over.
        }
    }

    /// <summary>Makes the event happen.</summary>
    /// <returns>When a changed configuration was served, and when it had been taken back.</returns>
    private async Task<(double? Published, double? Reverted)> HappenAsync(
        LabClock clock, double eventAt, LabInspector inspector, CancellationToken cancellationToken)
    {
        if (options.Scenario == LabScenario.Herd)
        {
            return (null, null);
        }
        double? published = null;
        double? reverted = null;
        if (options.Scenario == LabScenario.Failover)
        {
            await _eu!.KillAsync(); // Started before.
        }
        else
        {
            published = await PublishAsync(clock, true, cancellationToken);
        }
        if (options.Scenario == LabScenario.Mistake)
        {
            await ShowUntilAsync(clock, eventAt + LabOptions.RevertAfterSeconds, Describe(), cancellationToken);
            reverted = await PublishAsync(clock, false, cancellationToken);
        }
        if (options.Scenario != LabScenario.Canary)
        {
            await ShowUntilAsync(clock, Math.Max(clock.Elapsed, eventAt + InspectAfterSeconds), Describe(), cancellationToken);
            await inspector.AskAsync(Watched, cancellationToken);
        }
        return (published, reverted);
    }

    /// <summary>Writes the file beside, moves it over the old one, and waits until the server, which watches it, has it.</summary>
    private async Task<double> PublishAsync(LabClock clock, bool isChanged, CancellationToken cancellationToken)
    {
        using LocalEndpointClient client = new(new Uri($"http://127.0.0.1:{plan.HttpPort}"));
        string? before = await LoadedAtAsync(client, cancellationToken);
        string next = $"{plan.ConfigurationPath}.new";
        await File.WriteAllTextAsync(next, plan.Configuration(options, isChanged), cancellationToken);
        File.Move(next, plan.ConfigurationPath, overwrite: true);
        using PeriodicTimer pace = new(PollEvery, time);
        double began = clock.Elapsed;
        while (await LoadedAtAsync(client, cancellationToken) == before && clock.Elapsed < began + ReadyTimeout.TotalSeconds)
        {
            await pace.WaitForNextTickAsync(cancellationToken);
        }
        return clock.Elapsed;
    }

    private static async Task<string?> LoadedAtAsync(LocalEndpointClient client, CancellationToken cancellationToken)
    {
        EndpointReply reply = await client.GetAsync("api/v1/status", cancellationToken);
        if (reply.Status != HttpStatusCode.OK)
        {
            return null;
        }
        using System.Text.Json.JsonDocument status = System.Text.Json.JsonDocument.Parse(reply.Body);
        return status.RootElement.GetProperty("configuration").GetProperty("loadedAt").GetRawText();
    }

    private string Describe() => options.Scenario switch
    {
        LabScenario.Failover => "region eu is dead",
        LabScenario.Drain => "region eu is drained",
        LabScenario.Canary => "the weights have changed places",
        LabScenario.Herd => "everybody came at once",
        _ => "a wrong address is published",
    };

    private async Task ShowUntilAsync(LabClock clock, double until, string phase, CancellationToken cancellationToken)
    {
        while (clock.Elapsed < until)
        {
            double wait = Math.Min(ReportEvery.TotalSeconds, until - clock.Elapsed);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.01, wait)), time, cancellationToken);
            double now = clock.Elapsed;
            await output.WriteLineAsync(LabView.Line(options, _recorder.Since(now - LabView.LookBackSeconds), now, phase));
        }
    }
}
