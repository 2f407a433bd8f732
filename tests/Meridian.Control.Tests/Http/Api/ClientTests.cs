using System.Text.Json;
using Meridian.Client;
using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>The typed client against the real endpoint.</summary>
public sealed class ClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Documents_ThroughTheClient_KeepTheirVersions()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using MeridianClient client = api.ClientOf("editor");

        VersionedBody? pool = await client.GetAsync(Collections.Pools, "web", Cancellation);
        JsonElement smaller = JsonSerializer.Deserialize<JsonElement>("""{"members":[]}""");
        ChangeResult changed = await client.PutAsync(Collections.Pools, "web", smaller, new ChangeOptions { Version = pool!.Version, Message = "smaller" }, Cancellation);
        ApiException conflict = await Assert.ThrowsAsync<ApiException>(
            () => client.PutAsync(Collections.Pools, "web", smaller, new ChangeOptions { Version = pool.Version }, Cancellation));
        ChangeResult trial = await client.DeleteAsync(Collections.Pools, "web", new ChangeOptions { IsDryRun = true }, Cancellation);

        Assert.Equal((3, 5L), (pool.Version, changed.Revision!.Number));
        Assert.Equal((ProblemTypes.Conflict, 5L), (conflict.Problem.Type, conflict.Problem.ActualVersion));
        Assert.Equal((null, 64), (trial.Revision, trial.Plan!.Hash.Length));
        Assert.Null(await client.GetAsync(Collections.Pools, "absent", Cancellation));
    }

    [Fact]
    public async Task Pages_ThroughTheClient_AreOneSequence()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.Changes.SeedAsync([.. Enumerable.Range(0, 250).Select(i => (DocumentKinds.Records, $"example.com/h{i:D3}", "{}"))]);
        using MeridianClient client = api.ClientOf("viewer");
        List<string> owners = [];
        await foreach (Meridian.Client.Wire.Document document in client.ListAsync(Collections.RecordsOf("example.com"), cancellationToken: Cancellation))
        {
            owners.Add(document.Name);
        }
        List<long> numbers = [];
        await foreach (Meridian.Client.Wire.Revision revision in client.HistoryAsync(Cancellation))
        {
            numbers.Add(revision.Number);
        }

        Assert.Equal(250, owners.Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 250).Select(number => (long)number).Reverse(), numbers);
    }

    [Fact]
    public async Task Events_ThroughTheClient_GoOnFromARevision()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using MeridianClient client = api.ClientOf("viewer");
        List<ServerEvent> seen = [];
        await foreach (ServerEvent one in client.EventsAsync("revisions", 2, Cancellation))
        {
            seen.Add(one);
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([("revision", "3"), ("revision", "4")], seen.Select(one => (one.Kind, one.Id!)));
    }

    [Fact]
    public async Task Tokens_ThroughTheClient_AreMadeListedAndRevoked()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using MeridianClient client = api.ClientOf("admin");

        CreatedToken made = await client.CreateTokenAsync(new NewToken { Name = "ci", Role = "editor", Zones = ["example.com"] }, Cancellation);
        using MeridianClient made2 = api.ClientOf(made.Secret);
        Caller caller = await made2.GetCallerAsync(Cancellation);
        await client.RevokeTokenAsync(made.Token.Id, Cancellation);
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => made2.GetCallerAsync(Cancellation));

        Assert.Equal(("ci", "editor"), (caller.Name, caller.Role));
        Assert.Equal(ProblemTypes.Unauthenticated, refused.Problem.Type);
        Assert.DoesNotContain(await client.TokensAsync(Cancellation), token => token.Id == made.Token.Id);
    }

    [Fact]
    public async Task LocalKey_OfAnotherServer_IsLeftOut()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(Meridian.Control.Access.Role.Viewer);
        using MeridianClient client = new(new ClientOptions { Url = api.Url, Token = new string('a', 64), IsLocalKey = true });

        Assert.Equal("local", (await client.GetCallerAsync(Cancellation)).Name);
    }

    [Fact]
    public async Task NoServer_IsSaidInWords()
    {
        using MeridianClient client = new(new ClientOptions { Url = new Uri("http://127.0.0.1:1") });

        UnreachableException fault = await Assert.ThrowsAsync<UnreachableException>(() => client.GetCallerAsync(Cancellation));

        Assert.Contains("meridian serve", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Printed_HoldNoSecret() =>
        Assert.DoesNotContain("s3cret", new ClientOptions { Url = new Uri("http://127.0.0.1"), Token = "s3cret" }.ToString(), StringComparison.Ordinal);
}
