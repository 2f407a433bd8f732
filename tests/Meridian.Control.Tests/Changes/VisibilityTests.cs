using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Changes;

/// <summary>A change of who sees a zone takes a reason, and the second person of a zone whose clients it moves.</summary>
[Collection("changes")]
public sealed class VisibilityTests
{
    private const string Soa = "soa: {primary: ns1.example.net., contact: h@example.net}";

    private const string Yaml =
        $$"""
        views:
          inside: {networks: [10.0.0.0/8]}
          lab: {networks: [172.16.0.0/12]}
          idle: {networks: [192.168.0.0/16]}
        zones:
          example.com: {{{Soa}}, records: {"@": {NS: [ns1.example.net.]}, www: {A: 203.0.113.1} } }
          example.com@in: {{{Soa}}, views: [inside], records: {"@": {NS: [ns1.example.net.]}, www: {A: 10.0.0.80} } }
          corp.example.com: {{{Soa}}, views: [inside], records: {"@": {NS: [ns1.example.net.]}, db: {A: 10.0.0.5} } }
        """;

    [Theory]
    // A private zone for the world, by a document that forgets its views,
    [InlineData(DocumentKinds.Zone, "corp.example.com", "", "corp.example.com", "everybody would see it; now the clients of inside alone see it")]
    // a public one taken from it,
    [InlineData(DocumentKinds.Zone, "example.com", ",\"views\":[\"lab\"]", "example.com", "the clients of lab alone would see it; now everybody see")]
    // other clients,
    [InlineData(DocumentKinds.Zone, "corp.example.com", ",\"views\":[\"inside\",\"lab\"]", "corp.example.com", "the clients of inside, lab alone would see it")]
    // a wider view that has zones,
    [InlineData(DocumentKinds.View, "inside", "10.0.0.0/7", null, "clients of 10.0.0.0/7, 10.0.0.0/8 would come into the view inside, or leave it; it sees example.com@in, corp.example.com")]
    // and a network of another view that is taken out of it.
    [InlineData(DocumentKinds.View, "idle", "10.9.0.0/16", null, "clients of 10.9.0.0/16 would come into the view inside, or leave it")]
    public async Task Put_WhatOthersWouldSee_IsRefusedWithoutAReason(string kind, string name, string value, string? zone, string expected)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string body = kind == DocumentKinds.View ? $$"""{"networks":["{{value}}"]}""" : $$"""{"soa":{"primary":"ns1.example.net.","contact":"h@example.net"}{{value}}}""";

        ChangePlan plan = Assert.IsType<ChangeOutcome.Refused>(await harness.PutAsync(kind, name, body)).Plan;

        GuardFinding finding = Assert.Single(plan.Guard);
        Assert.Equal((GuardRule.Visibility, zone), (finding.Rule, finding.Zone));
        Assert.StartsWith(expected, finding.Message, StringComparison.Ordinal);
        ProposedChange again = new()
        {
            Changes = [DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body))],
            Author = "ann",
            Origin = ChangeOrigin.Api,
            Message = "as meant",
            Reason = "it is meant",
        };
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(again, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(DocumentKinds.View, "idle", """{"networks":["192.168.0.0/17"]}""")]
    [InlineData(DocumentKinds.View, "new", """{"networks":["198.51.100.0/24"]}""")]
    [InlineData(DocumentKinds.Records, "corp.example.com/new", """{"A":"10.0.0.7"}""")]
    public async Task Put_WhatNobodyWouldSeeOtherwise_PassesTheGuard(string kind, string name, string body)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync(kind, name, body));
    }

    [Theory]
    // A private zone of its name, or below it, hides some of it from those of the view;
    [InlineData("open.test@in: {SOA, views: [lab], records: {\"@\": {NS: [ns1.example.net.]}}}", "open.test")]
    [InlineData("a.open.test: {SOA, views: [lab], records: {\"@\": {NS: [ns1.example.net.]}}}", "open.test")]
    // a public one from everybody;
    [InlineData("a.open.test: {SOA, records: {\"@\": {NS: [ns1.example.net.]}}}", "open.test")]
    [InlineData("b.closed.test: {SOA, records: {\"@\": {NS: [ns1.example.net.]}}}", "closed.test")]
    // one for others, or elsewhere, from nobody.
    [InlineData("b.closed.test: {SOA, views: [lab], records: {\"@\": {NS: [ns1.example.net.]}}}", "")]
    [InlineData("closed.test@lab: {SOA, views: [lab], records: {\"@\": {NS: [ns1.example.net.]}}}", "")]
    [InlineData("else.test: {SOA, views: [inside], records: {\"@\": {NS: [ns1.example.net.]}}}", "")]
    public void ZonesToApprove_ZonesThatHideOthers_AreThoseThatLoseClients(string zone, string expected)
    {
        string zones = $$"""
            views: {inside: {networks: [10.0.0.0/8]}, lab: {networks: [172.16.0.0/12]} }
            zones:
              open.test: {{{Soa}}, second-person: true, records: {"@": {NS: [ns1.example.net.]} } }
              closed.test: {{{Soa}}, second-person: true, views: [inside], records: {"@": {NS: [ns1.example.net.]} } }
            """;
        AssertApproval(zones, $"{zones}\n  {zone.Replace("SOA", Soa, StringComparison.Ordinal)}\n", DocumentKinds.Zone, expected);
        // And the other way round they come back.
        AssertApproval($"{zones}\n  {zone.Replace("SOA", Soa, StringComparison.Ordinal)}\n", zones, DocumentKinds.Zone, expected);
    }

    [Theory]
    [InlineData("inside: {networks: [10.0.0.0/8]}", "inside: {networks: [10.0.0.0/9]}", "closed.test,open.test")]
    [InlineData("lab: {networks: [172.16.0.0/12]}", "lab: {networks: [172.16.0.0/13]}", "")]
    // A longer network of another view takes clients away.
    [InlineData("lab: {networks: [172.16.0.0/12]}", "lab: {networks: [10.1.0.0/16]}", "closed.test,open.test")]
    public void ZonesToApprove_NetworksOfAView_MoveTheClientsOfItsZones(string before, string after, string expected)
    {
        string zones = $$"""
            views:
              inside: {networks: [10.0.0.0/8]}
              lab: {networks: [172.16.0.0/12]}
            zones:
              open.test: {{{Soa}}, second-person: true, records: {"@": {NS: [ns1.example.net.]} } }
              in.open.test: {{{Soa}}, views: [inside], records: {"@": {NS: [ns1.example.net.]} } }
              closed.test: {{{Soa}}, second-person: true, views: [inside], records: {"@": {NS: [ns1.example.net.]} } }
            """;
        AssertApproval(zones, zones.Replace(before, after, StringComparison.Ordinal), DocumentKinds.View, expected);
    }

    private static void AssertApproval(string before, string after, string kind, string expected)
    {
        // Which document it is does not decide: whose clients move does.
        DocumentChange change = DocumentChange.Delete(new DocumentKey(kind, "any.invalid"));
        Assert.Equal(expected, string.Join(',', ChangePlanner.ZonesToApprove(Model(before), Model(after), [change])));
    }

    private static MeridianModel Model(string yaml)
    {
        LoadResult loaded = TestFiles.Load(yaml);
        Assert.Empty(loaded.Errors);
        return Assert.IsType<MeridianModel>(loaded.Model);
    }
}
