using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Dns.Names;

namespace Meridian.Control.Tests.Changes;

/// <summary>Changes that are checked while those before them are still being written.</summary>
[Collection("changes")]
public sealed class ChangeLineTests
{
    private const string Yaml = ChangeHarness.OnePool;

    private const string Api = "example.com/api";

    [Fact]
    public async Task Apply_WhileAnotherIsWritten_IsCheckedOnItAndNothingIsServedBefore()
    {
        await using ChangeHarness harness = await StartHeldAsync();
        Task<ChangeOutcome> pool = harness.PutAsync("pool", "sa", """{"members": [{"address": "192.0.2.2"}]}""");
        Task<ChangeOutcome> policy = harness.PutAsync("policy", "www", """{"failover": ["us", "sa"]}""");
        await harness.Held.WaitForAsync(2);

        Assert.False(pool.IsCompleted || policy.IsCompleted);
        Assert.Equal((1L, 1L), (harness.Service.Head!.Number, harness.DataPlane.Snapshot!.Revision.Number));
        Assert.DoesNotContain("sa", harness.Service.Model!.Pools.Keys);

        await harness.Held.ReleaseAsync();
        await harness.Held.ReleaseAsync();
        Assert.Equal((2L, 3L), (NumberOf(await pool), NumberOf(await policy)));
        await harness.ServedAsync(3);
        Assert.Contains("sa", harness.DataPlane.Snapshot!.Model.Pools.Keys);
    }

    [Fact]
    public async Task Apply_WhatItWasCheckedOnFails_IsCheckedAnewAndFailsWithIt()
    {
        await using ChangeHarness harness = await StartHeldAsync();
        Task<ChangeOutcome> pool = harness.PutAsync("pool", "sa", """{"members": [{"address": "192.0.2.2"}]}""");
        Task<ChangeOutcome> policy = harness.PutAsync("policy", "www", """{"failover": ["us", "sa"]}""");
        Task<ChangeOutcome> record = harness.PutAsync("records", Api, """{"A": "192.0.2.7"}""");
        await harness.Held.WaitForAsync(3);

        await harness.Held.ReleaseAsync(refusal: "no room");
        await harness.Held.ReleaseAsync();
        await harness.Held.ReleaseAsync();
        Assert.IsType<ChangeOutcome.Unavailable>(await pool);
        // What did not rest on it is written at its second try.
        await harness.Held.ReleaseAsync();
        Assert.Contains("sa", Assert.IsType<ChangeOutcome.Invalid>(await policy).Errors.Single().Message, StringComparison.Ordinal);
        Assert.Equal(2, NumberOf(await record));
        Assert.Equal(2, harness.Log.Head!.Number);
        await harness.ServedAsync(2);
    }

    [Fact]
    public async Task Apply_ConflictWithOneThatIsBeingWritten_IsSaidOnlyOnceThatIsDurable()
    {
        await using ChangeHarness harness = await StartHeldAsync();
        Task<ChangeOutcome> first = harness.PutAsync("records", Api, """{"A": "192.0.2.7"}""");
        await harness.Held.WaitForAsync(1);
        Task<ChangeOutcome> second = harness.Service.ApplyAsync(Create("""{"A": "192.0.2.8"}"""), TestContext.Current.CancellationToken);
        Task<ChangeOutcome> same = harness.PutAsync("records", Api, """{"A": "192.0.2.7"}""");
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted || same.IsCompleted);

        await harness.Held.ReleaseAsync();
        Assert.Equal(2, NumberOf(await first));
        Assert.Equal(new ChangeOutcome.Conflict(new DocumentKey("records", Api), 0, 2), await second);
        Assert.Equal(2, Assert.IsType<ChangeOutcome.Unchanged>(await same).Head!.Number);
    }

    [Fact]
    public async Task Apply_ConflictWithOneThatFails_IsNoConflict()
    {
        await using ChangeHarness harness = await StartHeldAsync();
        Task<ChangeOutcome> first = harness.PutAsync("records", Api, """{"A": "192.0.2.7"}""");
        await harness.Held.WaitForAsync(1);
        Task<ChangeOutcome> second = harness.Service.ApplyAsync(Create("""{"A": "192.0.2.8"}"""), TestContext.Current.CancellationToken);

        await harness.Held.ReleaseAsync(refusal: "no room");
        await harness.Held.ReleaseAsync();
        Assert.IsType<ChangeOutcome.Unavailable>(await first);
        Assert.Equal(2, NumberOf(await second));
    }

    [Fact]
    public async Task Apply_SomebodyElseWroteBetween_IsCheckedOnThatToo()
    {
        await using ChangeHarness harness = await StartHeldAsync();
        Task<ChangeOutcome> first = harness.PutAsync("records", Api, """{"A": "192.0.2.7"}""");
        Task<ChangeOutcome> second = harness.PutAsync("records", "example.com/app", """{"A": "192.0.2.8"}""");
        await harness.Held.WaitForAsync(2);
        ChangeSet foreign = new()
        {
            Changes = [DocumentChange.Put(new DocumentKey("records", "example.com/other"), DocumentBody.FromText("""{"A":"192.0.2.9"}"""))],
            Author = "somebody",
            Origin = ChangeOrigin.Api,
            Message = "past the door",
        };
        Assert.IsType<AppendResult.Accepted>(await harness.Log.AppendAsync(foreign, TestContext.Current.CancellationToken));

        for (int i = 0; i < 4; i++)
        {
            await harness.Held.ReleaseAsync();
        }
        Assert.Equal([3L, 4L], new[] { NumberOf(await first), NumberOf(await second) }.Order());
        await harness.ServedAsync(4);
        Assert.Equal(
            ["api", "app", "ns1", "other", "www"],
            harness.DataPlane.Snapshot!.Model.Zones[DomainName.Parse("example.com")].RRsets
                .Select(rrset => rrset.Owner.ToString().Split('.')[0]).Where(label => label != "example"));
    }

    [Fact]
    public async Task Apply_FiftyWritersOfTenCounters_EachOnceAndOneLine()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Task<int>[] writers = [.. Enumerable.Range(0, 50).Select(writer => Task.Run(() => CountUpAsync(harness, writer % 10, 10)))];
        int applied = (await Task.WhenAll(writers)).Sum();

        Assert.Equal(1 + applied, harness.Log.Head!.Number);
        await harness.ServedAsync(1 + applied);
        using DocumentState state = await harness.Log.StateAsync(TestContext.Current.CancellationToken);
        int counted = state.Read("records", "example.com/counter").Sum(document => int.Parse(TextOf(document)));
        Assert.Equal(applied, counted);
        Assert.Equal(
            counted,
            harness.DataPlane.Snapshot!.Model.Zones[DomainName.Parse("example.com")].RRsets
                .Where(rrset => rrset.Owner.ToString().StartsWith("counter", StringComparison.Ordinal))
                .Sum(rrset => int.Parse(System.Text.Encoding.ASCII.GetString(rrset.Rdata[0].Span[1..]))));
    }

    private static async Task<int> CountUpAsync(ChangeHarness harness, int counter, int rounds)
    {
        int applied = 0;
        DocumentKey key = new("records", $"example.com/counter{counter}");
        for (int i = 0; i < rounds; i++)
        {
            Document? now = await harness.Log.GetAsync(key, TestContext.Current.CancellationToken);
            int value = now is { } document ? int.Parse(TextOf(document)) : 0;
            ChangeOutcome outcome = await harness.Service.ApplyAsync(
                Create($$"""{"TXT": "{{value + 1}}"}""") with
                {
                    Changes = [DocumentChange.Put(key, DocumentBody.FromText($$"""{"TXT":"{{value + 1}}"}"""))],
                    Preconditions = [new Precondition(key, now?.Version ?? 0)],
                },
                TestContext.Current.CancellationToken);
            applied += outcome is ChangeOutcome.Accepted ? 1 : 0;
            Assert.True(outcome is ChangeOutcome.Accepted or ChangeOutcome.Conflict, outcome.ToString());
        }
        return applied;
    }

    private static string TextOf(Document document) => document.Body.ToString().Split('"')[3];

    private static ProposedChange Create(string body) => new()
    {
        Changes = [DocumentChange.Put(new DocumentKey("records", Api), DocumentBody.FromText(body))],
        Preconditions = [new Precondition(new DocumentKey("records", Api), 0)],
        Author = "tool",
        Origin = ChangeOrigin.Api,
        Message = "create",
    };

    private static long NumberOf(ChangeOutcome outcome) => Assert.IsType<ChangeOutcome.Accepted>(outcome).Revision.Number;

    private static async Task<ChangeHarness> StartHeldAsync()
    {
        ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        harness.Held.IsHeld = true;
        return harness;
    }
}
