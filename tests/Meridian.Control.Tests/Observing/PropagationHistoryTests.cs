using System.Collections.Immutable;
using Meridian.Control.Assigning;
using Meridian.Control.Drilling;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns.Names;

namespace Meridian.Control.Tests.Observing;

/// <summary>The measured tail: what planned changes go by, and what survives a restart.</summary>
public sealed class PropagationHistoryTests
{
    private const string Yaml = ObservedServer.Split + "      a: {A: {steer: split}}\n";

    private static readonly DomainName Name = DomainName.Parse("a.example.com.");

    [Fact]
    public void TailOf_OwnChanges_WorstOverrunOfTheName()
    {
        PropagationHistory history = new();
        Assert.Null(history.TailOf(Name));
        history.Add(Change("b.example.com.", 30, 300));
        Assert.Equal(TimeSpan.FromSeconds(270), history.TailOf(Name));
        history.Add(Change("A.example.com.", 30, 75));
        history.Add(Change("a.example.com.", 30, 42));
        history.Add(Change("a.example.com.", 300, 120));
        Assert.Equal(TimeSpan.FromSeconds(45), history.TailOf(Name));
        history.Add(Change("a.example.com.", 30, 10_000_000));
        Assert.Equal(TimeSpan.FromHours(24), history.TailOf(Name));
    }

    [Fact]
    public void Add_ManyChanges_OnlyTheLastTwentyCount()
    {
        PropagationHistory history = new();
        history.Add(Change("a.example.com.", 30, 1_000));
        for (int i = 0; i < PropagationHistory.Limit; i++)
        {
            history.Add(Change("a.example.com.", 30, 40 + i));
        }
        Assert.Equal(PropagationHistory.Limit, history.Changes.Length);
        Assert.Equal(TimeSpan.FromSeconds(29), history.TailOf(Name));
    }

    [Fact]
    public async Task Look_DrainComesToItsEnd_IsInTheHistoryWithItsNameAndTail()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        CachesUnderTest caches = CachesUnderTest.Mixed(server, 1);
        caches.Run(400);
        server.Harness.Write(Yaml.Replace(
            "{address: 192.0.2.1}", "{address: 192.0.2.1, state: draining, reason: test}", StringComparison.Ordinal));
        await server.Harness.ReloadAsync();
        caches.Run(200);
        FinishedChange change = Assert.Single(server.Propagation.History.Changes);
        Assert.Equal(["a.example.com."], change.Names);
        Assert.Equal(30, change.HorizonSeconds);
        // Some of these caches keep answers for far longer than their TTL.
        Assert.InRange(change.OverrunSeconds, 20, 110);
        Assert.Equal(Math.Ceiling(change.OverrunSeconds), server.Propagation.History.TailOf(Name)!.Value.TotalSeconds);
        Assert.Contains("beyond the TTL, until 99 % had moved", PropagationOutput.ToText(server.Propagation.Read(), 5), StringComparison.Ordinal);

        server.Propagation.Forget(withHistory: false);
        Assert.Single(server.Propagation.History.Changes);
        server.Propagation.Forget(withHistory: true);
        Assert.Empty(server.Propagation.History.Changes);
    }

    [Fact]
    public async Task Store_Restart_KeepsTheTailAndTheDrill()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("meridian-observatory-");
        try
        {
            using ObservedServer first = await ObservedServer.StartAsync(Yaml);
            Observatory before = ObservatoryOf(first);
            ObservatoryStore store = new(directory.FullName);
            Assert.Empty(store.Load(before));
            store.Save(before);
            Assert.Empty(directory.GetFiles());
            before.Propagation.History.Add(Change("a.example.com.", 30, 75));
            DrillReport drill = new() { Plan = new DrillPlan("eu", 0.1, TimeSpan.FromMinutes(10), ["web"], "ann", TestFiles.Now.AddHours(1)) };
            before.Drills!.Restore(drill);
            store.Save(before);

            using ObservedServer second = await ObservedServer.StartAsync(Yaml);
            Observatory after = ObservatoryOf(second);
            Assert.Empty(new ObservatoryStore(directory.FullName).Load(after));
            FinishedChange kept = Assert.Single(after.Propagation.History.Changes);
            Assert.Equal(Change("a.example.com.", 30, 75) with { Names = [], Reached = [] }, kept with { Names = [], Reached = [] });
            Assert.Equal(TimeSpan.FromSeconds(45), after.Propagation.History.TailOf(Name));
            Assert.Equal(["web"], after.Drills!.Report!.Plan.StopIf);
            Assert.Equal((TimeSpan.FromMinutes(10), drill.Plan.At, null), (after.Drills.Report.Plan.For, after.Drills.Report.Plan.At, after.Drills.Report.EndedAt));

            await File.WriteAllTextAsync(Path.Combine(directory.FullName, ObservatoryStore.PropagationFile), "[{]", TestContext.Current.CancellationToken);
            Assert.Contains(ObservatoryStore.PropagationFile, Assert.Single(new ObservatoryStore(directory.FullName).Load(ObservatoryOf(second))), StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, ObservatoryStore.PropagationFile), """[{"at":"2026-01-01T00:00:00Z"},null]""", TestContext.Current.CancellationToken);
            ImmutableArray<string> problems = new ObservatoryStore(directory.FullName).Load(after);
            Assert.Single(after.Propagation.History.Changes);
            Assert.Empty(problems);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static FinishedChange Change(string name, int ttl, double almostAll) =>
        new(TestFiles.Now, $"{name} A", [name], ttl, 10, [5, 20, almostAll, almostAll]);

    private static Observatory ObservatoryOf(ObservedServer server) => new()
    {
        Population = server.Observer,
        Propagation = server.Propagation,
        WhatIf = server.WhatIf,
        Assigner = new ResolverAssigner(server.Harness.DataPlane, server.Observer, server.Time),
        Drills = DrillTests.ServiceOf(server),
    };
}
