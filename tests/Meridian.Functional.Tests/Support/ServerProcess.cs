using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Meridian.Functional.Tests.Support;

/// <summary>
/// A real <c>meridian serve</c>. Its configuration lets the system choose the ports (port 0), and the log says which.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly RunningProcess _running;
    private readonly HttpClient _http;

    private ServerProcess(RunningProcess running, IPEndPoint dns, Uri http)
    {
        _running = running;
        Dns = dns;
        Http = http;
        _http = new HttpClient { BaseAddress = http, Timeout = TimeSpan.FromSeconds(10) };
    }

    public IPEndPoint Dns { get; }

    public Uri Http { get; }

    public string Log => _running.Text;

    /// <summary>Memory of the process that is in RAM, in MiB.</summary>
    public double ResidentMebibytes
    {
        get
        {
            string line = File.ReadLines($"/proc/{_running.Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Starts a server and waits until it listens: static names are answered, steered ones may still be waiting.</summary>
    public static async Task<ServerProcess> StartAsync(string configuration, string? state = null, string? store = null)
    {
        string[] keep = [.. state is null ? Array.Empty<string>() : ["--state", state], .. store is null ? Array.Empty<string>() : ["--store", store]];
        RunningProcess running = RunningProcess.Start("dotnet", [Command.Meridian, "serve", configuration, .. keep]);
        try
        {
            string dns = await running.WaitForLineAsync("] DNS on ");
            string http = await running.WaitForLineAsync("endpoint listens on ");
            return new ServerProcess(
                running, IPEndPoint.Parse(Between(dns, "] DNS on ", ",")), new Uri(Between(http, "listens on ", null).TrimEnd('.')));
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server and waits until every name is answered.</summary>
    public static async Task<ServerProcess> StartReadyAsync(string configuration, string? state = null, string? store = null)
    {
        ServerProcess server = await StartAsync(configuration, state, store);
        await server._running.WaitForLineAsync("every name is answered");
        return server;
    }

    public Task<string> WaitForLogAsync(string part, int count = 1) => _running.WaitForLineAsync(part, count);

    public int CountLog(string part) => _running.Count(part);

    public void Send(Signal signal) => signal.SendTo(_running.Process);

    /// <summary>Ends it as a supervisor does, and waits for it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(Signal signal = Signal.Terminate)
    {
        Send(signal);
        return await _running.WaitForExitAsync(Wait.Long);
    }

    /// <summary>A document of the local endpoint.</summary>
    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await GetTextAsync(path));
        return document.RootElement.Clone();
    }

    public async Task<string> GetTextAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}: {text}");
        return text;
    }

    /// <summary>A metric that has no labels, or the labels given as they are written.</summary>
    public async Task<double> GetMetricAsync(string series)
    {
        string line = (await GetTextAsync("metrics")).Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _running.DisposeAsync();
    }

    private static string Between(string line, string before, string? after)
    {
        string rest = line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..];
        return after is null ? rest : rest[..rest.IndexOf(after, StringComparison.Ordinal)];
    }
}
