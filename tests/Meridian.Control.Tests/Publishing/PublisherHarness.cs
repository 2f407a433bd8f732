using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Publishing;

/// <summary>A publisher over real files in a directory of its own, with health checks that ask nobody.</summary>
internal sealed class PublisherHarness : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-publisher-");
    private readonly HealthEngine _health;

    public PublisherHarness(bool keepsState = false)
    {
        StateDirectory = keepsState ? Path.Combine(_directory.FullName, "state") : null;
        DataPlane = new DataPlane(TimeProvider.System);
        _health = new HealthEngine(
            new DataPlaneVerdictSink(DataPlane), new NoProbe(), new HealthOptions(), TimeProvider.System, NullLogger<HealthEngine>.Instance, null);
        Publisher = CreatePublisher();
    }

    public string? StateDirectory { get; }

    public DataPlane DataPlane { get; }

    public ConfigurationPublisher Publisher { get; private set; }

    public string Source => Path.Combine(_directory.FullName, "m.yaml");

    public static string Zone(string address) =>
        $$"""
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: {{address}}}
        """;

    public void Write(string text) => File.WriteAllText(Source, text, Encoding.UTF8);

    public Task<bool> StartAsync() => Publisher.StartAsync(
        new ConfigurationLoader(
            new DiskConfigurationFiles(),
            ConfigurationCompiler.LoaderOptions(TimeProvider.System) with { Beside = StateDirectory is null ? null : OperatorWords.PathIn(StateDirectory) }).Load(Source),
        TestContext.Current.CancellationToken);

    public Task ReloadAsync() => Publisher.ReloadAsync(ReloadReason.Requested, TestContext.Current.CancellationToken);

    /// <summary>What a new process would have: the same directories, nothing in memory.</summary>
    public void Restart()
    {
        Publisher.Dispose();
        Publisher = CreatePublisher();
    }

    public void Dispose()
    {
        Publisher.Dispose();
        _health.Dispose();
        _directory.Delete(recursive: true);
    }

    private ConfigurationPublisher CreatePublisher() => new(
        Source,
        new PublisherParts
        {
            Files = new DiskConfigurationFiles(),
            Compiler = new ConfigurationCompiler(new PlaceDatabaseCache(TestDatabase.Path)),
            Ledger = new RevisionLedger(StateDirectory, TimeProvider.System),
            Watcher = new ConfigurationWatcher(new DiskConfigurationFiles(), TimeProvider.System, new ConfigurationWatcherOptions()),
            Checks = new CheckedSnapshots(_health, null, TimeProvider.System, NullLogger<CheckedSnapshots>.Instance),
            DataPlane = DataPlane,
            Time = TimeProvider.System,
        },
        StateDirectory,
        NullLogger<ConfigurationPublisher>.Instance);

    private sealed class NoProbe : IProbe
    {
        public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) =>
            throw new InvalidOperationException("these tests have no monitors");
    }
}

/// <summary>The built-in database beside the tests.</summary>
internal static class TestDatabase
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb");
}
