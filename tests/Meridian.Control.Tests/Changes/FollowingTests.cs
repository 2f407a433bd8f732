using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Control.Tests.Publishing;
using Meridian.Dns.Names;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Changes;

/// <summary>What a service makes of what others wrote to the log, and of its own parts that fail.</summary>
[Collection("changes")]
public sealed class FollowingTests
{
    private const string Yaml =
        """
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}

        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_EntriesAreNoLongerKept_ServesTheState()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/gone", """{"A":"192.0.2.1"}"""));
        await harness.ServedAsync(2);
        harness.Broken.IsBroken = true;
        await WritePastAsync(harness, DocumentChange.Put(Key("first"), DocumentBody.FromText("""{"A":"192.0.2.2"}""")));
        await WritePastAsync(harness, DocumentChange.Delete(Key("gone")));
        await WritePastAsync(harness, DocumentChange.Put(Key("second"), DocumentBody.FromText("""{"A":"192.0.2.3"}""")));
        harness.Broken.CutTo(4);
        harness.Broken.IsBroken = false;

        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/third", """{"A":"192.0.2.4"}"""));
        await harness.ServedAsync(6);

        Assert.Equal(
            ["first", "ns1", "second", "third"],
            harness.DataPlane.Snapshot!.Model.Zones[DomainName.Parse("example.com")].RRsets
                .Select(rrset => rrset.Owner.ToString().Split('.')[0]).Where(label => label != "example"));
    }

    [Fact]
    public async Task Renew_LogCannotBeRead_TakesTheFilesOnAllTheSame()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        harness.Broken.IsBroken = true;
        await WritePastAsync(harness, DocumentChange.Put(Key("first"), DocumentBody.FromText("""{"A":"192.0.2.2"}""")));

        await harness.Service.RenewAsync(Cancellation);

        Assert.Null(harness.Service.Problem);
        Assert.True(harness.Broken.Failures > 0);
        harness.Broken.IsBroken = false;
        await harness.ServedAsync(2);
    }

    [Fact]
    public async Task Run_PublishingFails_EndsAndSaysSo()
    {
        using DataPlaneOwner owner = new();
        MemoryChangeLog log = new(TimeProvider.System);
        ChangeServiceParts parts = owner.PartsOf(log);
        using ChangeService service = new(parts, NullLogger<ChangeService>.Instance);
        Assert.Empty(await service.StartAsync(Cancellation));
        Task running = service.RunAsync(Cancellation);
        owner.Time.IsBroken = true;
        parts.Publisher.Submit(owner.DataPlane.Snapshot!, 1);

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal("the clock is broken", running.Exception?.InnerException?.Message);
    }

    private static DocumentKey Key(string owner) => new(DocumentKinds.Records, $"example.com/{owner}");

    private static async Task WritePastAsync(ChangeHarness harness, DocumentChange change) => Assert.IsType<AppendResult.Accepted>(
        await harness.Log.AppendAsync(
            new ChangeSet { Changes = [change], Author = "somebody", Origin = ChangeOrigin.Api, Message = "past the door" }, Cancellation));

    /// <summary>What a service needs, with a publisher whose clock can break.</summary>
    private sealed class DataPlaneOwner : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-following-");
        private readonly HealthEngine _health;

        public DataPlaneOwner()
        {
            DataPlane = new DataPlane(TimeProvider.System);
            _health = new HealthEngine(
                new DataPlaneVerdictSink(DataPlane), new NobodyAsked(), new HealthOptions(), TimeProvider.System, NullLogger<HealthEngine>.Instance, null);
        }

        public DataPlane DataPlane { get; }

        public BreakingTime Time { get; } = new();

        public ChangeServiceParts PartsOf(IChangeLog log) => new()
        {
            Log = log,
            Files = new DiskConfigurationFiles(),
            BaseDirectory = _directory.FullName,
            Compiler = new ConfigurationCompiler(new PlaceDatabaseCache(TestDatabase.Path)),
            Ledger = new RevisionLedger(_directory.FullName, TimeProvider.System),
            Publisher = new RevisionPublisher(
                new CheckedSnapshots(_health, null, TimeProvider.System, NullLogger<CheckedSnapshots>.Instance), DataPlane, new ControlMetrics(), Time),
            Time = TimeProvider.System,
        };

        public void Dispose()
        {
            _health.Dispose();
            _directory.Delete(recursive: true);
        }
    }

    private sealed class BreakingTime : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override long GetTimestamp() => IsBroken ? throw new InvalidOperationException("the clock is broken") : base.GetTimestamp();
    }

    private sealed class NobodyAsked : Meridian.Health.Probes.IProbe
    {
        public ValueTask<Meridian.Health.Probes.ProbeResult> ProbeAsync(
            Meridian.Health.Probes.ProbeTarget target, Meridian.Engine.Model.MonitorModel monitor, CancellationToken deadline) =>
            throw new InvalidOperationException("these tests have no monitors");
    }
}
