using System.Net;
using System.Text.Json;
using Meridian.Control.Http;
using Meridian.Host.Status;
using Spectre.Console;

namespace Meridian.Host.Quickstart;

/// <summary>Starts the server and its backends, shows what they do until told to end, and ends all that it started.</summary>
internal sealed class QuickstartRun(QuickstartPlan plan, IAnsiConsole console, TextWriter output, TextWriter error, TimeProvider time) : IAsyncDisposable
{
    // 50 ms is 20 rounds of questions a second: with the window of AnswerShares the shares are those of the last 10 s.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    // 1 s to 5 min. The warm-up of health checks takes a few seconds at most; a cold build machine may take some more.
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);

    private readonly LocalEndpointClient _client = new(plan.Http);
    private BackendFleet? _fleet;
    private ChildProcess? _server;
    private string? _logPath;
    private StreamWriter? _log;
    private bool _isLogNeeded;
    private StatusReport? _report;
    private bool _isEnding;

    /// <param name="path">The configuration to serve.</param>
    /// <param name="withBackends">Whether to start the backends too.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(string path, bool withBackends, CancellationToken cancellationToken)
    {
        _logPath = Path.Combine(Directory.CreateTempSubdirectory("meridian-quickstart-").FullName, "server.log");
        _log = new StreamWriter(_logPath);
        if (withBackends)
        {
            _fleet = new BackendFleet(plan, time);
            _fleet.StartAll();
        }
        _server = ChildProcess.Start(["serve", path], new OutputTail(_log), time);
        try
        {
            if (!await WaitUntilReadyAsync(cancellationToken))
            {
                return await FailAsync(_server.IsRunning ? $"is not ready after {ReadyTimeout.TotalSeconds} s" : _server.DescribeExit());
            }
            QuickstartView.PrintIntroduction(console, path, plan, _fleet, _server.Id, _logPath);
            await ShowAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C or SIGTERM is how a run ends.
        }
        if (!_server.IsRunning && !cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(_server.DescribeExit());
        }
        await output.WriteLineAsync("Stopping the server and the backends.");
        return ExitCodes.Success;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync();
        }
        if (_log is not null)
        {
            await _log.DisposeAsync();
        }
        if (Path.GetDirectoryName(_logPath) is { } directory && !_isLogNeeded)
        {
            Directory.Delete(directory, recursive: true);
        }
        _client.Dispose();
    }

    private async Task<bool> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        using var pace = new PeriodicTimer(ReportEvery / 5, time);
        while (time.GetElapsedTime(start) < ReadyTimeout && _server is { IsRunning: true })
        {
            EndpointReply reply = await _client.GetAsync("readyz", cancellationToken);
            if (reply.Status == HttpStatusCode.OK)
            {
                return _server.IsRunning;
            }
            await pace.WaitForNextTickAsync(cancellationToken);
        }
        return false;
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        using var sampler = new AnswerSampler(plan.Dns, new Random(), time);
        if (!console.Profile.Out.IsTerminal)
        {
            await LoopAsync(sampler, LineEvery, () => output.WriteLine($"{time.GetLocalNow():HH:mm:ss} {QuickstartView.Line(StateNow(sampler))}"), cancellationToken);
            return;
        }
        await console.Live(QuickstartView.Table(StateNow(sampler))).AutoClear(false).StartAsync(live =>
            LoopAsync(sampler, DrawEvery, () => live.UpdateTarget(QuickstartView.Table(StateNow(sampler))), cancellationToken));
    }

    private QuickstartState StateNow(AnswerSampler sampler) => new(plan, _report, _fleet, sampler);

    /// <summary>One loop does everything in turn, so that nothing of it needs a lock.</summary>
    private async Task LoopAsync(AnswerSampler sampler, TimeSpan showEvery, Action show, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(Pace, time);
        long reported = time.GetTimestamp();
        long shown = reported;
        _report = await FetchReportAsync(cancellationToken);
        while (_server is { IsRunning: true } && !_isEnding)
        {
            await sampler.SampleAsync(cancellationToken);
            await ObeyKeysAsync();
            if (time.GetElapsedTime(reported) >= ReportEvery)
            {
                _report = await FetchReportAsync(cancellationToken);
                reported = time.GetTimestamp();
            }
            if (time.GetElapsedTime(shown) >= showEvery)
            {
                show();
                shown = time.GetTimestamp();
            }
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task ObeyKeysAsync()
    {
        // Without a terminal there are no keys, and asking for one throws.
        while (!Console.IsInputRedirected && console.Profile.Out.IsTerminal && Console.KeyAvailable)
        {
            char key = Console.ReadKey(intercept: true).KeyChar;
            if (key is 'q' or 'Q')
            {
                _isEnding = true;
            }
            else if (_fleet is not null && key - '1' is >= 0 and var index && index < plan.Sites.Length)
            {
                await _fleet.ToggleSiteAsync(plan.Sites[index]);
            }
        }
    }

    private async Task<StatusReport?> FetchReportAsync(CancellationToken cancellationToken)
    {
        EndpointReply reply = await _client.GetAsync("api/v1/status", cancellationToken);
        try
        {
            return reply.Status == HttpStatusCode.OK ? JsonSerializer.Deserialize(reply.Body, LocalEndpointJson.Default.StatusReport) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<int> FailAsync(string what)
    {
        _isLogNeeded = true;
        await error.WriteLineAsync($"The server {what}. All it said is in {_logPath}; its last words:");
        foreach (string line in _server?.LastLines ?? [])
        {
            await error.WriteLineAsync($"  {line}");
        }
        return ExitCodes.Failure;
    }
}
