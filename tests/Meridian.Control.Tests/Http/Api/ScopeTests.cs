using System.Text.Json;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http.Documents;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>Tokens that are for some zones only.</summary>
public sealed class ScopeTests
{
    [Theory]
    [InlineData("PUT", "/api/v1/zones/example.com", 200)]
    [InlineData("PUT", "/api/v1/zones/EXAMPLE.com.", 200)]
    [InlineData("PUT", "/api/v1/zones/example.net", 403)]
    [InlineData("PUT", "/api/v1/zones/sub.example.com", 403)]
    [InlineData("PUT", "/api/v1/zones/example.com/records/www", 200)]
    [InlineData("PUT", "/api/v1/zones/example.net/records/www", 403)]
    [InlineData("GET", "/api/v1/zones/example.net/records/www", 403)]
    [InlineData("GET", "/api/v1/pools/web", 200)]
    [InlineData("PUT", "/api/v1/pools/web", 403)]
    [InlineData("DELETE", "/api/v1/pools/web", 403)]
    [InlineData("PUT", "/api/v1/settings/geo", 403)]
    [InlineData("PUT", "/api/v1/pools/web/members/192.0.2.1", 403)]
    public async Task Editor_OfOneZone_ChangesThatZoneAlone(string method, string path, int status)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        string token = await api.Access.TokenAsync("editor", "example.com");
        string? body = method != "PUT" ? null : path.Contains("members", StringComparison.Ordinal) ? """{"address":"192.0.2.1"}""" : "{}";

        Assert.Equal(status, (await api.SendAsync(token, method, path, body)).Status);
    }

    [Fact]
    public async Task Editor_OfOneZone_CannotReachOthersByAChangeSet()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        string token = await api.Access.TokenAsync("editor", "example.com");

        ApiAnswered answer = await api.SendAsync(token, "POST", "/api/v1/changes", """
            {"changes":[{"kind":"records","name":"example.com/www","body":{}},{"kind":"records","name":"example.net/www","body":{}}]}
            """);

        Assert.Equal(403, answer.Status);
        Assert.Contains("example.net", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(api.Changes.Proposed);
    }

    [Fact]
    public async Task Anybody_ByAChangeSet_CannotMakeTokens()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("admin", "POST", "/api/v1/changes", """
            {"changes":[{"kind":"access-token","name":"forged","body":{"role":"admin"}}]}
            """);

        Assert.Equal(403, answer.Status);
        Assert.Empty(api.Changes.Proposed);
    }

    [Fact]
    public async Task Admin_OfOneZone_CannotMakeTokensOrExportOrFreeze()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        string token = await api.Access.TokenAsync("admin", "example.com");

        Assert.Equal(403, (await api.SendAsync(token, "POST", "/api/v1/tokens", """{"name":"x","role":"admin"}""")).Status);
        Assert.Equal(403, (await api.SendAsync(token, "GET", "/api/v1/configuration")).Status);
        Assert.Equal(403, (await api.SendAsync(token, "POST", "/api/v1/breaker/freeze?by=x")).Status);
    }

    [Theory]
    [InlineData("mine", null, true)]
    [InlineData("theirs", null, false)]
    [InlineData("both", null, false)]
    [InlineData("absent", null, true)]
    [InlineData("theirs", "mine", false)]
    [InlineData("mine", "theirs", false)]
    [InlineData("mine", "mine", true)]
    public void Operator_OfOneZone_TakesAwayAndWritesOverOnlyItsOwnOverrides(string name, string? pool, bool isAllowed)
    {
        MeridianModel model = TestFiles.Load(
            """
            pools: {mine: {members: [{address: 192.0.2.1}]}, theirs: {members: [{address: 192.0.2.2}]}, both: {members: [{address: 192.0.2.3}]}}
            policies: {a: {failover: [mine, both]}, b: {failover: [theirs, both]}}
            overrides:
              mine: {target: {pool: mine}, state: draining, reason: r, author: ann}
              theirs: {target: {pool: theirs}, state: draining, reason: r, author: ann}
              both: {target: {member: 192.0.2.3}, state: draining, reason: r, author: ann}
            zones:
              example.com: {soa: {primary: ns.example.org., contact: h@example.com}, records: {"@": {NS: [ns.example.org.]}, www: {A: {steer: a}}}}
              example.net: {soa: {primary: ns.example.org., contact: h@example.com}, records: {"@": {NS: [ns.example.org.]}, www: {A: {steer: b}}}}
            """).Model!;
        Principal caller = new() { Name = "op", Role = Role.Operator, Scope = ZoneScope.TryCreate(["example.com"], out _)!, Credential = Credential.Token };
        DocumentKey key = new(DocumentKinds.Override, name);
        DocumentChange change = pool is null ? DocumentChange.Delete(key)
            : DocumentChange.Put(key, DocumentBody.FromText($$$"""{"target":{"pool":"{{{pool}}}"},"state":"draining","reason":"r","author":"op"}"""));

        Assert.Equal(isAllowed, CallerScope.Refuse(caller, change, model) is null);
    }

    [Fact]
    public async Task List_OfZones_ShowsThoseOfTheToken()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.SendAsync("editor", "PUT", "/api/v1/zones/example.net", "{}");
        string token = await api.Access.TokenAsync("viewer", "*.com");

        JsonElement items = (await api.SendAsync(token, "GET", "/api/v1/zones")).Json.GetProperty("items");

        Assert.Equal(["example.com"], items.EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }
}
