namespace Meridian.Host.Quickstart;

/// <summary>
/// The quickstart's backends as processes of their own, so that a person can end one of them by any means and watch. None is
/// started again by itself: that is what the keys are for.
/// </summary>
internal sealed class BackendFleet(QuickstartPlan plan, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, ChildProcess> _running = new(StringComparer.Ordinal);

    public void StartAll()
    {
        foreach (string site in plan.Sites)
        {
            StartSite(site);
        }
    }

    /// <summary>Stops a site of which anything runs, starts one of which nothing does.</summary>
    public async Task ToggleSiteAsync(string site)
    {
        if (plan.Backends.Any(backend => backend.Site == site && IsRunning(backend)))
        {
            await StopSiteAsync(site);
        }
        else
        {
            StartSite(site);
        }
    }

    /// <summary>What a backend's process is doing, in words.</summary>
    public string Describe(BackendPlan backend) =>
        !_running.TryGetValue(backend.Name, out ChildProcess? process) ? "stopped"
        : process.IsRunning ? $"pid {process.Id}"
        : process.LastLines is [.., { } last] && last.Contains("cannot listen", StringComparison.Ordinal) ? last
        : "gone";

    public int? ProcessIdOf(BackendPlan backend) => IsRunning(backend) ? _running[backend.Name].Id : null;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Values.Select(process => process.DisposeAsync().AsTask()));
        _running.Clear();
    }

    private bool IsRunning(BackendPlan backend) => _running.TryGetValue(backend.Name, out ChildProcess? process) && process.IsRunning;

    private void StartSite(string site)
    {
        foreach (BackendPlan backend in plan.Backends.Where(backend => backend.Site == site && !IsRunning(backend)))
        {
            _running[backend.Name] = ChildProcess.Start(
                ["backend", "--listen", backend.Address.ToString(), "--name", backend.Name, "--site", backend.Site],
                new OutputTail(log: null),
                time);
        }
    }

    private async Task StopSiteAsync(string site)
    {
        string[] names = [.. plan.Backends.Where(backend => backend.Site == site).Select(backend => backend.Name)];
        ChildProcess[] processes = [.. names.Where(_running.ContainsKey).Select(name => _running[name])];
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        foreach (string name in names)
        {
            _running.Remove(name);
        }
    }
}
