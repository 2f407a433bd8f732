using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;

namespace Meridian.Control.Tests.Changes;

/// <summary>Requests whose answer was lost on its way, and that come again.</summary>
[Collection("changes")]
public sealed class RepeatedRequestTests
{
    private const string Yaml = "warm-up: 0s\n" + ChangeHarness.OnePool;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_RepeatedWithAPlanThatMoved_IsAnsweredAsTheFirstTime()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ProposedChange change = Put("example.com/api", "192.0.2.7") with { IdempotencyKey = "k" };
        ChangePlan plan = Assert.IsType<ChangeOutcome.Planned>(await harness.Service.PlanAsync(change, Cancellation)).Plan;
        ChangeOutcome.Accepted first = Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(change with { PlanHash = plan.Hash }, Cancellation));
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(Put("example.com/api", "192.0.2.8"), Cancellation));

        ChangeOutcome again = await harness.Service.ApplyAsync(change with { PlanHash = plan.Hash }, Cancellation);

        Assert.Equal(first.Revision, Assert.IsType<ChangeOutcome.Accepted>(again).Revision);
        Assert.Equal(3, harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Apply_RepeatedWhileItWaitsForASecondPerson_StillWaitsAsTheSame()
    {
        string zone = Yaml.Replace("    records:", "    second-person: true\n    records:", StringComparison.Ordinal);
        await using ChangeHarness harness = await ChangeHarness.StartAsync(zone);
        ProposedChange change = Put("example.com/api", "192.0.2.7") with { IdempotencyKey = "k" };
        ChangeOutcome.PendingApproval first = Assert.IsType<ChangeOutcome.PendingApproval>(await harness.Service.ApplyAsync(change, Cancellation));

        ChangeOutcome.PendingApproval again = Assert.IsType<ChangeOutcome.PendingApproval>(await harness.Service.ApplyAsync(change, Cancellation));

        Assert.Equal((first.Pending.Id, first.Pending.At, first.Revision), (again.Pending.Id, again.Pending.At, again.Revision));
        Assert.Single(await harness.Service.PendingAsync(Cancellation));
        Assert.Equal(2, harness.Log.Head!.Number);
        // Also when it has been let in meanwhile: the second answer is the first.
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApproveAsync(first.Pending.Id, "bob", null, Cancellation));
        Assert.IsType<ChangeOutcome.PendingApproval>(await harness.Service.ApplyAsync(change, Cancellation));
        Assert.Equal(3, harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Apply_RepeatedBeforeTheFirstIsWritten_WaitsForItAndIsAnsweredAlike()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        harness.Held.IsHeld = true;
        ProposedChange change = Put("example.com/api", "192.0.2.7") with
        {
            IdempotencyKey = "k",
            Preconditions = [new Precondition(new DocumentKey(DocumentKinds.Records, "example.com/api"), 0)],
        };
        Task<ChangeOutcome> first = harness.Service.ApplyAsync(change, Cancellation);
        await harness.Held.WaitForAsync(1);
        Task<ChangeOutcome> again = harness.Service.ApplyAsync(change, Cancellation);
        Assert.False(again.IsCompleted);

        await harness.Held.ReleaseAsync();

        Revision revision = Assert.IsType<ChangeOutcome.Accepted>(await first).Revision;
        Assert.Equal(revision, Assert.IsType<ChangeOutcome.Accepted>(await again).Revision);
    }

    [Fact]
    public async Task Apply_RepeatedWhileOthersAreWritten_HoldsNobodyUp()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ProposedChange change = Put("example.com/api", "192.0.2.7") with { IdempotencyKey = "k" };
        Revision revision = Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(change, Cancellation)).Revision;
        harness.Held.IsHeld = true;
        Task<ChangeOutcome> other = harness.Service.ApplyAsync(Put("example.com/other", "192.0.2.8"), Cancellation);
        await harness.Held.WaitForAsync(1);

        Assert.Equal(revision, Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(change, Cancellation)).Revision);
        Task<ChangeOutcome> third = harness.Service.ApplyAsync(Put("example.com/third", "192.0.2.9"), Cancellation);
        await harness.Held.WaitForAsync(2);
        await harness.Held.ReleaseAsync();
        await harness.Held.ReleaseAsync();

        Assert.Equal((3L, 4L), (NumberOf(await other), NumberOf(await third)));
    }

    [Fact]
    public async Task Apply_WholeConfigurationRepeated_IsTheSameThoughItChangesNothingAnyMore()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        DocumentChange asked = DocumentChange.Put(new DocumentKey(DocumentKinds.Records, "example.com/api"), DocumentBody.FromText("""{"A": "192.0.2.7"}"""));
        ProposedChange change = Put("example.com/api", "192.0.2.7") with { IdempotencyKey = "k", Asked = [asked, asked with { Key = new DocumentKey("pool", "kept") }] };
        Revision revision = Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(change, Cancellation)).Revision;

        ChangeOutcome again = await harness.Service.ApplyAsync(change with { Changes = [] }, Cancellation);

        Assert.Equal(revision, Assert.IsType<ChangeOutcome.Accepted>(again).Revision);
    }

    [Fact]
    public async Task Apply_AnotherChangeWithTheKey_IsRefused()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(Put("example.com/api", "192.0.2.7") with { IdempotencyKey = "k" }, Cancellation));

        ChangeOutcome other = await harness.Service.ApplyAsync(Put("example.com/api", "192.0.2.8") with { IdempotencyKey = "k" }, Cancellation);

        Assert.Equal(
            (RefusalKind.Invalid, "the idempotency key came with another change set, which is revision 2"),
            (Assert.IsType<ChangeOutcome.Unavailable>(other).Kind, ((ChangeOutcome.Unavailable)other).Words));
        Assert.Equal(2, harness.Log.Head!.Number);
    }

    private static long NumberOf(ChangeOutcome outcome) => Assert.IsType<ChangeOutcome.Accepted>(outcome).Revision.Number;

    private static ProposedChange Put(string owner, string address) => new()
    {
        Changes = [DocumentChange.Put(new DocumentKey(DocumentKinds.Records, owner), DocumentBody.FromText($$"""{"A": "{{address}}"}"""))],
        Author = "tool",
        Origin = ChangeOrigin.Api,
        Message = $"put {owner}",
    };
}
