using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;

namespace Meridian.Control.Tests.Changes;

/// <summary>What somebody may not read is not to be had by an alias either.</summary>
[Collection("changes")]
public sealed class AliasReachTests
{
    private const string Yaml =
        """
        views: {inside: {networks: [10.0.0.0/8]}}
        zones:
          mine.test:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            views: [inside]
            records: {"@": {NS: [ns.mine.test.]}, ns: {A: 10.0.0.53}, kept: {A: {alias: {to: db.secret.test.}}}, shared: {A: {alias: {to: www.both.test.}}}}
          secret.test:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            views: [inside]
            records: {"@": {NS: [ns.mine.test.]}, db: {A: 10.0.0.5}}
          both.test:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            records: {"@": {NS: [ns.mine.test.]}, www: {A: 203.0.113.1}}
          open.test:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            records: {"@": {NS: [ns.mine.test.]}, way: {A: {alias: {to: www.split.test.}}}}
          split.test:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            records: {"@": {NS: [ns.mine.test.]}, www: {A: 203.0.113.2}}
          split.test@in:
            soa: {primary: ns.mine.test., contact: h@mine.test}
            views: [inside]
            records: {"@": {NS: [ns.mine.test.]}, www: {A: 10.0.0.80}}
        """;

    [Theory]
    // What is there and what is not look alike, however it is written,
    [InlineData("mine.test/x", """{"A":{"alias":{"to":"db.secret.test."}}}""", "db.secret.test.", "/A")]
    [InlineData("mine.test/x", """{"A":{"alias":{"to":"no.secret.test."}}}""", "no.secret.test.", "/A")]
    [InlineData("mine.test/x", """{"A":{"sets":{"a":{"weight":1,"alias":{"to":"db.secret.test."}}}}}""", "db.secret.test.", "/A")]
    [InlineData("mine.test/x", """{"ALIAS":"db.secret.test."}""", "db.secret.test.", "/ALIAS")]
    [InlineData("mine.test/x", """{"ANAME":{"to":"db.secret.test."}}""", "db.secret.test.", "/ANAME")]
    // from a zone whose clients do not see it,
    [InlineData("open.test/x", """{"A":{"alias":{"to":"db.secret.test."}}}""", "db.secret.test.", "/A")]
    // by the public zone of a name that has a private one,
    [InlineData("mine.test/x", """{"A":{"alias":{"to":"www.split.test."}}}""", "www.split.test.", "/A")]
    // and beside one for another type that was there.
    [InlineData("mine.test/kept", """{"A":{"alias":{"to":"db.secret.test."}},"AAAA":{"alias":{"to":"db.secret.test."}}}""", "db.secret.test.", "/AAAA")]
    public async Task Put_AliasIntoAPrivateZoneOfOthers_LeadsNowhere(string owner, string body, string target, string pointer)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ImmutableArray<ChangeError> errors = Assert.IsType<ChangeOutcome.Invalid>(await PutAsync(harness, DocumentKinds.Records, owner, body)).Errors;
        Assert.All(errors, error => Assert.Equal($"the alias leads nowhere: {target} is in no zone that its author may read", error.Message));
        Assert.Equal(pointer, Assert.Single(errors).Pointer);
        // It is not planned either: a plan would show what would be answered.
        Assert.IsType<ChangeOutcome.Invalid>(await PutAsync(harness, DocumentKinds.Records, owner, body, isDryRun: true));
    }

    [Theory]
    // Own zones, public ones, and what somebody else has written already.
    [InlineData("mine.test/x", """{"A":{"alias":{"to":"ns"}}}""")]
    [InlineData("mine.test/x", """{"A":{"alias":{"to":"www.both.test."}}}""")]
    [InlineData("open.test/x", """{"A":{"alias":{"to":"www.split.test."}}}""")]
    [InlineData("mine.test/kept", """{"A":{"alias":{"to":"db.secret.test."}},"TXT":"now with a note"}""")]
    public async Task Put_AliasWhereEverybodyMayRead_IsTaken(string owner, string body)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await PutAsync(harness, DocumentKinds.Records, owner, body));
    }

    [Fact]
    public async Task Put_ViewsOfOnesOwnZone_CannotTurnAnAliasToAPrivateZone()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        const string Body = """{"soa":{"primary":"ns.mine.test.","contact":"h@mine.test"},"views":["inside"]}""";
        ChangeError error = Assert.Single(Assert.IsType<ChangeOutcome.Invalid>(await PutAsync(harness, DocumentKinds.Zone, "open.test", Body)).Errors);
        Assert.Equal("way.open.test. A: the alias leads nowhere: www.split.test. is in no zone that its author may read", error.Message);
        // Whoever may read it all may do it.
        Assert.IsType<ChangeOutcome.Accepted>(await PutAsync(harness, DocumentKinds.Zone, "open.test", Body, ZoneScope.All));
    }

    private static Task<ChangeOutcome> PutAsync(ChangeHarness harness, string kind, string name, string body, ZoneScope? reads = null, bool isDryRun = false) =>
        harness.Service.ApplyAsync(
            new ProposedChange
            {
                Changes = [DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body))],
                Author = "scoped",
                Origin = ChangeOrigin.Api,
                Message = "an alias",
                Reason = "to see",
                DryRun = isDryRun,
                Reads = reads ?? ZoneScope.TryCreate(["mine.test", "open.test"], out _)!, // Both are names.
            },
            TestContext.Current.CancellationToken);
}
