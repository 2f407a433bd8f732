using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Dns.Names;

namespace Meridian.Control.Tests.Changes;

[Collection("changes")]
public sealed class ChangeServiceTests
{
    private const string Yaml =
        """
        pools:
          us: {members: [{address: 192.0.2.1}]}
          sa: {members: [{address: 192.0.2.2}]}
        policies:
          www:
            geo: {BR: sa, AR: sa, "NA": us, EU: us}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            owners: {"*": files, _acme-challenge.*: update, api: api}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
          other.example:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            second-person: true
            records:
              "@": {NS: [ns1.example.com.]}
              a: {A: 192.0.2.9}

        """;

    [Fact]
    public async Task Apply_Accepted_IsServedAndSurvivesRestart()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        uint serial = harness.DataPlane.Snapshot!.Revision.SoaSerial;
        ChangeOutcome.Accepted put = Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.77", "ttl": "30s"}"""));
        await harness.ServedAsync(put.Revision.Number);
        Assert.Contains(harness.DataPlane.Snapshot!.Model.Zones[DomainName.Parse("example.com")].RRsets, rrset => rrset.Owner == DomainName.Parse("api.example.com"));
        Assert.Equal((2L, serial + 1), (harness.DataPlane.Snapshot.Revision.Number, harness.DataPlane.Snapshot.Revision.SoaSerial));
        string digest = harness.DataPlane.Snapshot.Revision.Digest;
        await harness.RestartAsync();
        Assert.Equal((2L, serial + 1, digest), (harness.DataPlane.Snapshot!.Revision.Number, harness.DataPlane.Snapshot.Revision.SoaSerial, harness.DataPlane.Snapshot.Revision.Digest));
    }

    [Fact]
    public async Task Apply_ExportOfItself_ChangesNothing()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string yaml = (await harness.Service.ExportAsync(null, TestContext.Current.CancellationToken))!;
        Assert.IsType<ChangeOutcome.Unchanged>(await harness.ApplyYamlAsync(yaml));
        Assert.Equal(1, harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Apply_SomethingOfEveryMistake_SaysWhatIsWrongAndChangesNothing()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome.Invalid invalid = Assert.IsType<ChangeOutcome.Invalid>(await harness.PutAsync("records", "example.com/api", """{"A": "nowhere"}"""));
        Assert.Equal("records example.com/api#/A", $"{invalid.Errors.Single().Document}#{invalid.Errors.Single().Pointer}");
        Assert.IsType<ChangeOutcome.Invalid>(await harness.PutAsync("records", "example.com/api", "{"));
        Assert.IsType<ChangeOutcome.Invalid>(await harness.PutAsync("policy", "www", """{"failover": ["nobody"]}"""));
        Assert.IsType<ChangeOutcome.Invalid>(await harness.PutAsync("settings", "pools", "{}"));
        ProposedChange stale = new()
        {
            Changes = [DocumentChange.Delete(new DocumentKey("pool", "sa"))],
            Preconditions = [new Precondition(new DocumentKey("pool", "sa"), 7)],
            Author = "ann",
            Origin = ChangeOrigin.Cli,
            Message = "stale",
        };
        Assert.Equal(
            new ChangeOutcome.Conflict(new DocumentKey("pool", "sa"), 7, 1), await harness.Service.ApplyAsync(stale, TestContext.Current.CancellationToken));
        Assert.Equal(1, harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Apply_SameMeaning_IsNoRevision()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7", "ttl": "30s"}"""));
        Assert.IsType<ChangeOutcome.Unchanged>(await harness.PutAsync("records", "example.com/api", """{ "ttl":"30s", "A":"192.0.2.7" }"""));
    }

    [Fact]
    public async Task Apply_RepeatedWithItsKey_IsToldTheFirstRevision()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome.Accepted first = Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7"}""", idempotencyKey: "k"));
        ChangeOutcome.Accepted again = Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7"}""", idempotencyKey: "k"));
        Assert.Equal(first.Revision, again.Revision);
        Assert.Equal(2, harness.Log.Head!.Number);
    }

    [Theory]
    [InlineData("example.com/www", ChangeOrigin.Api, "files")]
    [InlineData("example.com/_acme-challenge.www", ChangeOrigin.Cli, "update")]
    [InlineData("example.com/api", ChangeOrigin.Update, "api")]
    [InlineData("example.com/_acme-challenge", ChangeOrigin.Update, null)]
    [InlineData("example.com/api", ChangeOrigin.Api, null)]
    public async Task Apply_SomebodyElsesName_IsRefusedWithTheOwner(string name, ChangeOrigin origin, string? owner)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome outcome = await harness.PutAsync("records", name, """{"TXT": "x"}""", origin);
        Assert.Equal(owner, (outcome as ChangeOutcome.NotOwner)?.Owner);
        Assert.Equal(owner is null, outcome is ChangeOutcome.Accepted);
    }

    [Fact]
    public async Task Apply_Files_LeaveWhatOthersOwn()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/_acme-challenge.www", """{"TXT": "x"}""", ChangeOrigin.Update));
        Assert.IsType<ChangeOutcome.Unchanged>(await harness.ApplyYamlAsync(Yaml));
    }

    [Fact]
    public async Task Plan_StrandingBrazil_IsRefusedWithItsNameAndPassesWithAReason()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string stranding = Yaml.Replace("BR: sa, AR: sa, ", "AR: sa, ", StringComparison.Ordinal);
        ChangePlan plan = Assert.IsType<ChangeOutcome.Planned>(await harness.ApplyYamlAsync(stranding, dryRun: true)).Plan;
        GuardFinding finding = Assert.Single(plan.Guard);
        Assert.Equal(GuardRule.LostGeography, finding.Rule);
        Assert.Equal(["BR"], finding.Countries);
        Assert.Contains("Brazil (BR)", finding.Message, StringComparison.Ordinal);
        Assert.Equal("- geo/BR: sa", string.Join('\n', plan.Documents.Single().Lines.Select(line => $"{(line.IsAdded ? '+' : '-')} {line.Text}")));
        Assert.Contains(plan.Capacity, effect => effect.Pool == "sa" && effect.After < effect.Before);

        Assert.IsType<ChangeOutcome.Refused>(await harness.ApplyYamlAsync(stranding, planHash: plan.Hash));
        ChangeOutcome.Accepted accepted = Assert.IsType<ChangeOutcome.Accepted>(await harness.ApplyYamlAsync(stranding, reason: "Brazil moves to the other provider", planHash: plan.Hash));
        Assert.Equal("Brazil moves to the other provider", (await harness.Log.FindAsync(accepted.Revision.Number, TestContext.Current.CancellationToken))!.Revision.Reason);
    }

    [Fact]
    public async Task Apply_DrainingTheOnlyMember_IsRefused()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome.Refused refused = Assert.IsType<ChangeOutcome.Refused>(
            await harness.PutAsync("pool", "sa", """{"members": [{"address": "192.0.2.2", "state": "draining", "reason": "disk"}]}"""));
        Assert.Equal([GuardRule.PoolMinimum, GuardRule.LostGeography], refused.Plan.Guard.Select(finding => finding.Rule).Order());
        Assert.Equal(["AR", "BR"], refused.Plan.Guard[0].Countries.Order());
    }

    [Fact]
    public async Task Apply_TtlFromSecondsToDays_IsRefused()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7", "ttl": "30s"}"""));
        ChangeOutcome.Refused refused = Assert.IsType<ChangeOutcome.Refused>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7", "ttl": "2d"}"""));
        Assert.Equal("the TTL of api.example.com. A would rise from 30 s to 172800 s; the limit is 10 times: resolvers would keep what cannot be taken back", refused.Plan.Guard.Single().Message);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7", "ttl": "1h"}"""));
    }

    [Fact]
    public async Task Apply_PlanOfAnotherWorld_IsRefused()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string changed = Yaml.Replace("192.0.2.53", "192.0.2.54", StringComparison.Ordinal);
        string hash = Assert.IsType<ChangeOutcome.Planned>(await harness.ApplyYamlAsync(changed, dryRun: true)).Plan.Hash;
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/api", """{"A": "192.0.2.7"}"""));
        Assert.IsType<ChangeOutcome.PlanMoved>(await harness.ApplyYamlAsync(changed, planHash: hash));
    }

    [Fact]
    public async Task Apply_ZoneWithSecondPerson_WaitsForAnother()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        CancellationToken none = TestContext.Current.CancellationToken;
        PendingChange pending = Assert.IsType<ChangeOutcome.PendingApproval>(await harness.PutAsync("records", "other.example/a", """{"A": "192.0.2.10"}""")).Pending;
        Assert.Equal(["other.example"], pending.Zones);
        await harness.RestartAsync();
        Assert.Equal(pending.Id, Assert.Single(await harness.Service.PendingAsync(none)).Id);
        Assert.IsType<ChangeOutcome.NotOwner>(await harness.Service.ApproveAsync(pending.Id, "tool", null, none));
        ChangeOutcome.Accepted accepted = Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApproveAsync(pending.Id, "bob", null, none));
        Assert.Equal("put records other.example/a (approved by bob)", accepted.Revision.Message);
        Assert.Empty(await harness.Service.PendingAsync(none));
        Assert.Null(await harness.Service.ApproveAsync(pending.Id, "bob", null, none));
    }

    [Fact]
    public async Task Apply_RefusedReloadOfFiles_WaitsAndCanBeRejected()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        CancellationToken none = TestContext.Current.CancellationToken;
        string stranding = Yaml.Replace("BR: sa, AR: sa, ", "AR: sa, ", StringComparison.Ordinal);
        PendingChange pending = Assert.IsType<ChangeOutcome.PendingApproval>(await harness.ApplyYamlAsync(stranding, origin: ChangeOrigin.File)).Pending;
        Assert.Equal(PendingReason.Guard, pending.Why);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.RejectAsync(pending.Id, "bob", "no", none));
        Assert.Empty(await harness.Service.PendingAsync(none));
    }

    [Fact]
    public async Task ReturnTo_EarlierRevision_IsANewRevisionWithItsContent()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        CancellationToken none = TestContext.Current.CancellationToken;
        string before = (await harness.Service.ExportAsync(1, none))!;
        for (int i = 0; i < 3; i++)
        {
            Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", $"example.com/api", $$"""{"A": "192.0.2.{{i}}"}"""));
        }
        ImmutableArray<DocumentChange> back = (await harness.Service.ReturnToAsync(1, none))!.Value;
        ProposedChange rollback = new() { Changes = back, Author = "ann", Origin = ChangeOrigin.Rollback, Message = "back to 1" };
        Assert.Equal(5, Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(rollback, none)).Revision.Number);
        Assert.Equal(before, await harness.Service.ExportAsync(null, none));
        Assert.Null(await harness.Service.ReturnToAsync(99, none));
    }
}
