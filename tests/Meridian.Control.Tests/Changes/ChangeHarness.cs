using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Publishing;
using Meridian.Control.Tests.ChangeLog;
using Meridian.Control.Tests.Configuration;
using Meridian.Control.Tests.Publishing;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Changes;

/// <summary>A change service over a log in memory, with a data plane that can be asked, and health checks that ask nobody.</summary>
internal sealed class ChangeHarness : IAsyncDisposable
{
    /// <summary>A zone with a name that a policy steers to the one pool.</summary>
    public const string OnePool =
        """
        pools:
          us: {members: [{address: 192.0.2.1}]}
        policies:
          www: {failover: [us]}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}

        """;

    // Reading the database is nearly all that a test would do. One after another: xUnit runs the tests of one collection so.
    private static readonly ConfigurationCompiler Compiler = new(new PlaceDatabaseCache(TestDatabase.Path));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-changes-");
    private readonly CancellationTokenSource _stopping = new();
    private HealthEngine _health;
    private readonly List<Task> _runs = [];
    private readonly IObservedVolumes? _observed;

    private ChangeHarness(IObservedVolumes? observed)
    {
        _observed = observed;
        Log = new MemoryChangeLog(TimeProvider.System);
        Broken = new BrokenLog(Log);
        Held = new HeldLog(Broken);
        DataPlane = new DataPlane(TimeProvider.System);
        (_health, Service) = Create();
    }

    public MemoryChangeLog Log { get; }

    /// <summary>The log, for as long as it can be read.</summary>
    public BrokenLog Broken { get; }

    /// <summary>What the service writes to: the log, or its queue while it is held.</summary>
    public HeldLog Held { get; }

    public DataPlane DataPlane { get; private set; }

    public ChangeService Service { get; private set; }

    /// <summary>Tells health checks what to look at.</summary>
    public CheckedSnapshots Checks { get; private set; } = null!; // Made with the service.

    /// <summary>Whether a member is checked.</summary>
    public bool IsChecked(MemberKey member) => _health.GetReport(member) is not null;

    /// <summary>What is written down of the present run.</summary>
    public HistoryJournal History { get; private set; } = null!; // Made with the service.

    /// <summary>Where it is written.</summary>
    public string HistoryDirectory => HistoryReader.DirectoryOf(_directory.FullName);

    /// <summary>Where relative paths in documents begin.</summary>
    public string BaseDirectory => _directory.FullName;

    public static async Task<ChangeHarness> StartAsync(string? yaml = null, IObservedVolumes? observed = null)
    {
        ChangeHarness harness = new(observed);
        await harness.RunAsync();
        if (yaml is not null)
        {
            Assert.IsType<ChangeOutcome.Accepted>(await harness.ApplyYamlAsync(yaml, reason: "the beginning"));
        }
        return harness;
    }

    /// <summary>What a new process would have: the same log and directory, nothing in memory.</summary>
    public async Task RestartAsync()
    {
        _health.Dispose();
        History.Dispose();
        DataPlane = new DataPlane(TimeProvider.System);
        (_health, Service) = Create();
        await RunAsync();
    }

    public async Task<ChangeOutcome> ApplyYamlAsync(
        string yaml, string? reason = null, string author = "ann", bool dryRun = false, ChangeOrigin origin = ChangeOrigin.Cli, string? planHash = null)
    {
        LoadResult loaded = TestFiles.Load(yaml);
        Assert.Empty(loaded.Errors);
        return await Service.ApplyAsync(
            new ProposedChange
            {
                Changes = await Service.ReplaceAsync(ConfigurationImport.ToDocuments(loaded), TestContext.Current.CancellationToken),
                Author = author,
                Origin = origin,
                Message = "apply files",
                Reason = reason,
                DryRun = dryRun,
                PlanHash = planHash,
            },
            TestContext.Current.CancellationToken);
    }

    public Task<ChangeOutcome> PutAsync(
        string kind, string name, string body, ChangeOrigin origin = ChangeOrigin.Api, string? idempotencyKey = null, string? reason = null) => Service.ApplyAsync(
        new ProposedChange
        {
            Changes = [DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body))],
            Author = "tool",
            Origin = origin,
            Message = $"put {kind} {name}",
            IdempotencyKey = idempotencyKey,
            Reason = reason,
        },
        TestContext.Current.CancellationToken);

    public Task ServedAsync(long revision) => Service.WaitForServingAsync(revision, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (Task run in _runs)
        {
            await run.ConfigureAwait(ConfigureAwaitOptions.None);
        }
        Service.Dispose();
        _health.Dispose();
        History.Dispose();
        _stopping.Dispose();
        await Log.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task RunAsync()
    {
        Assert.Equal(ImmutableArray<ChangeError>.Empty, await Service.StartAsync(TestContext.Current.CancellationToken));
        _runs.Add(Service.RunAsync(_stopping.Token));
    }

    private (HealthEngine Health, ChangeService Service) Create()
    {
        HealthEngine health = new(
            new DataPlaneVerdictSink(DataPlane), new NoProbe(), new HealthOptions(), TimeProvider.System, NullLogger<HealthEngine>.Instance, null);
        Checks = new CheckedSnapshots(health, null, TimeProvider.System, NullLogger<CheckedSnapshots>.Instance);
        HistoryParts history = new()
        {
            Directory = HistoryDirectory,
            BuiltInPlaces = TestDatabase.Path,
            Present = DataPlane.Capture,
            Evidence = _ => null,
            Time = TimeProvider.System,
        };
        History = new HistoryJournal(history, NullLogger<HistoryJournal>.Instance);
        DataPlane.Attach(History, History.LastStamp);
        ChangeServiceParts parts = new()
        {
            Log = Held,
            Files = new DiskConfigurationFiles(),
            BaseDirectory = _directory.FullName,
            Compiler = Compiler,
            Ledger = new RevisionLedger(_directory.FullName, TimeProvider.System),
            Publisher = new RevisionPublisher(Checks, DataPlane, new ControlMetrics(), TimeProvider.System),
            Observed = _observed,
            History = History,
            Time = TimeProvider.System,
        };
        return (health, new ChangeService(parts, NullLogger<ChangeService>.Instance));
    }

    private sealed class NoProbe : IProbe
    {
        public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) =>
            throw new InvalidOperationException("these tests have no monitors");
    }
}
