using System.Text.Json;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http;

namespace Meridian.Control.Tests.Http.Api;

public sealed class DocumentApiTests
{
    [Fact]
    public async Task Get_Document_HasItsVersionAsTag()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("viewer", "GET", "/api/v1/pools/web");

        Assert.Equal((200, "\"3\""), (answer.Status, answer.Tag));
        Assert.Equal("""{"members":[{"address":"192.0.2.1","weight":3},{"address":"2001:db8::1"}]}""", answer.Body);
    }

    [Fact]
    public async Task Put_WithTheVersionThatWasRead_IsTaken()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web?message=smaller&reason=drill", """{"members":[]}""", ("If-Match", "\"3\""));

        Assert.Equal((200, "\"5\""), (answer.Status, answer.Tag));
        Assert.Equal(5, answer.Json.GetProperty("revision").GetProperty("number").GetInt64());
        ProposedChange proposed = Assert.Single(api.Changes.Proposed);
        Assert.Equal(("smaller", "drill", ChangeOrigin.Api), (proposed.Message, proposed.Reason, proposed.Origin));
        Assert.StartsWith("editor", proposed.Author, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("If-Match", "\"2\"", 412)]
    [InlineData("If-None-Match", "*", 412)]
    [InlineData("If-Match", "2", 400)]
    [InlineData("If-Match", "W/\"3\"", 400)]
    [InlineData("If-None-Match", "\"3\"", 400)]
    public async Task Put_ConditionThatDoesNotHold_ChangesNothing(string header, string value, int status)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web", "{}", (header, value));

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(4, api.Changes.Head!.Number);
        if (status == 412)
        {
            Assert.Equal("urn:meridian:problem:conflict", answer.Json.GetProperty("type").GetString());
            Assert.Equal(3, answer.Json.GetProperty("actualVersion").GetInt64());
        }
    }

    [Fact]
    public async Task Put_DryRun_PlansAndChangesNothing()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web?dry-run", """{"members":[]}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(64, answer.Json.GetProperty("plan").GetProperty("hash").GetString()!.Length);
        Assert.Equal(4, api.Changes.Head!.Number);
    }

    [Theory]
    [InlineData("dryrun", "dry-run")]
    [InlineData("mesage", "message")]
    public async Task Put_ParameterThatDoesNotExist_IsRefusedRatherThanIgnored(string parameter, string nearest)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("editor", "PUT", $"/api/v1/pools/web?{parameter}", "{}");

        Assert.Equal(400, answer.Status);
        Assert.Equal(nearest, answer.Json.GetProperty("errors")[0].GetProperty("suggestion").GetString());
        Assert.Empty(api.Changes.Proposed);
    }

    [Fact]
    public async Task Put_Invalid_PointsToTheField()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        DocumentKey own = new(DocumentKinds.Pool, "web");
        api.Changes.Answer = _ => new ChangeOutcome.Invalid(
        [
            new ChangeError(own, "/members/0/wieght", "unknown key 'wieght'", "weight"),
            new ChangeError(new DocumentKey(DocumentKinds.Policy, "www"), "/failover/0", "there is no pool 'web'", null),
        ]);

        ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web", "{}");

        Assert.Equal(422, answer.Status);
        JsonElement errors = answer.Json.GetProperty("errors");
        Assert.Equal(("/members/0/wieght", "weight"), (errors[0].GetProperty("pointer").GetString(), errors[0].GetProperty("suggestion").GetString()));
        Assert.False(errors[0].TryGetProperty("document", out _));
        Assert.Equal(("/failover/0", "policy/www"), (errors[1].GetProperty("pointer").GetString(), errors[1].GetProperty("document").GetString()));
    }

    [Fact]
    public async Task Put_EveryOtherOutcome_HasItsStatusAndType()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        ChangePlan plan = new()
        {
            Hash = new string('b', 64),
            BaseRevision = 4,
            ChangeCount = 1,
            Documents = [],
            Guard = [new GuardFinding(GuardRule.LostGeography, "example.com", "Brazil would lose its only answer", ["BR"])],
        };
        (ChangeOutcome Outcome, int Status, string Type)[] cases =
        [
            (new ChangeOutcome.Refused(plan), 409, "guarded"),
            (new ChangeOutcome.PlanMoved(plan), 409, "conflict"),
            (new ChangeOutcome.NotOwner(new DocumentKey(DocumentKinds.Zone, "example.com"), "files"), 409, "not-owner"),
            (new ChangeOutcome.ReadOnly("/etc/meridian"), 409, "not-owner"),
            (new ChangeOutcome.PendingApproval(ScriptedChanges.Waiting, ScriptedChanges.Keeping), 202, "pending"),
            (new ChangeOutcome.Unavailable(RefusalKind.DiskFull, "the disk is full"), 503, "unavailable"),
            (new ChangeOutcome.Unavailable(RefusalKind.Limit, "too many"), 413, "too-large"),
        ];
        foreach ((ChangeOutcome outcome, int status, string type) in cases)
        {
            api.Changes.Answer = _ => outcome;

            ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web", "{}");

            Assert.Equal((status, "urn:meridian:problem:" + type), (answer.Status, answer.Json.GetProperty("type").GetString()));
            Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        }
        api.Changes.Answer = _ => new ChangeOutcome.Refused(plan);
        ApiAnswered guarded = await api.SendAsync("editor", "PUT", "/api/v1/pools/web", "{}");
        Assert.Contains("Brazil", guarded.Json.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("lost-geography", guarded.Json.GetProperty("plan").GetProperty("guard")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task List_Pages_HoldEveryDocumentOnce()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.Changes.SeedAsync([.. Enumerable.Range(0, 25).Select(i => (DocumentKinds.Records, $"example.com/host{i:D2}", "{}"))]);
        List<string> names = [];
        string? cursor = null;
        int pages = 0;
        do
        {
            ApiAnswered answer = await api.SendAsync("viewer", "GET", $"/api/v1/zones/example.com/records?limit=10{(cursor is null ? "" : "&cursor=" + cursor)}");
            names.AddRange(answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            cursor = answer.Json.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
            pages++;
            // What comes and goes between pages neither hides nor repeats what was there all along.
            await api.SendAsync("editor", "DELETE", $"/api/v1/zones/example.com/records/{names[0]}");
        }
        while (cursor is not null);

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"host{i:D2}"), names);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=many")]
    [InlineData("cursor=%21")]
    public async Task List_WrongPage_IsRefused(string query)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        Assert.Equal(400, (await api.SendAsync("viewer", "GET", $"/api/v1/pools?{query}")).Status);
    }

    [Fact]
    public async Task Changes_Bulk_AreAllOrNothing()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        const string Good = """
            {"changes":[{"kind":"pool","name":"new","version":0,"body":{"members":[]}},{"kind":"pool","name":"web","version":3}],"message":"swap"}
            """;

        ApiAnswered conflict = await api.SendAsync("editor", "POST", "/api/v1/changes", Good.Replace(":3}", ":2}", StringComparison.Ordinal));
        ApiAnswered taken = await api.SendAsync("editor", "POST", "/api/v1/changes", Good);

        Assert.Equal(412, conflict.Status);
        Assert.Equal(200, taken.Status);
        Assert.Equal(2, taken.Json.GetProperty("revision").GetProperty("changeCount").GetInt32());
        Assert.Equal(404, (await api.SendAsync("viewer", "GET", "/api/v1/pools/web")).Status);
        Assert.Equal(200, (await api.SendAsync("viewer", "GET", "/api/v1/pools/new")).Status);
    }

    [Theory]
    [InlineData("{\"changes\":[]}", "/changes")]
    [InlineData("{\"changes\":[{\"kind\":\"pool\",\"nmae\":\"x\"}]}", "/changes/0/nmae")]
    [InlineData("{\"changes\":[{\"kind\":\"pool\",\"name\":1}]}", "/changes/0/name")]
    [InlineData("{\"changes\":[],\"changes\":[]}", null)]
    public async Task Changes_BodyThatIsNone_PointsToThePlace(string body, string? pointer)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("editor", "POST", "/api/v1/changes", body);

        Assert.Equal(400, answer.Status);
        if (pointer is not null)
        {
            Assert.StartsWith(pointer[..8], answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Member_OfAPool_IsReadWrittenAndTakenOut()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered read = await api.SendAsync("viewer", "GET", "/api/v1/pools/web/members/2001:DB8:0::1");
        ApiAnswered changed = await api.SendAsync("editor", "PUT", "/api/v1/pools/web/members/192.0.2.1", """{"address":"192.0.2.1","weight":9}""", ("If-Match", read.Tag!));
        ApiAnswered added = await api.SendAsync("editor", "PUT", "/api/v1/pools/web/members/192.0.2.7", """{"address":"192.0.2.7"}""");
        ApiAnswered gone = await api.SendAsync("editor", "DELETE", "/api/v1/pools/web/members/2001:db8::1");
        ApiAnswered other = await api.SendAsync("editor", "PUT", "/api/v1/pools/web/members/192.0.2.8", """{"address":"192.0.2.9"}""");
        ApiAnswered pool = await api.SendAsync("viewer", "GET", "/api/v1/pools/web");

        Assert.Equal((200, 200, 200, 200, 422), (read.Status, changed.Status, added.Status, gone.Status, other.Status));
        Assert.Equal("""{"members":[{"address":"192.0.2.1","weight":9},{"address":"192.0.2.7"}]}""", pool.Body);
    }

    [Fact]
    public async Task Secrets_InDocuments_AreShownToAdminsWhoAskAndAudited()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        string[] hidden =
        [
            (await api.SendAsync("admin", "GET", "/api/v1/monitors/push")).Body,
            (await api.SendAsync("editor", "GET", "/api/v1/monitors")).Body,
            (await api.SendAsync("viewer", "GET", "/api/v1/revisions/4")).Body,
            (await api.SendAsync("viewer", "GET", "/api/v1/diff?from=3")).Body,
            (await api.SendAsync("editor", "PUT", "/api/v1/monitors/push?dry-run", """{"type":"push","token":"a-secret-of-the-monitor"}""")).Body,
        ];
        Assert.All(hidden, body => Assert.DoesNotContain("a-secret", body, StringComparison.Ordinal));
        Assert.All(hidden, body => Assert.DoesNotContain("hidden-too", body, StringComparison.Ordinal));
        Assert.Equal(403, (await api.SendAsync("editor", "GET", "/api/v1/monitors/push?secrets=show")).Status);

        ApiAnswered shown = await api.SendAsync("admin", "GET", "/api/v1/monitors/push?secrets=show");

        Assert.Contains("a-secret-of-the-monitor", shown.Body, StringComparison.Ordinal);
        var read = Assert.Single(api.Access.Endpoint.Audit.Read(null, 10, entry => entry.Action == "getMonitor"));
        Assert.Equal("monitor/push", read.Target);
    }

    [Fact]
    public async Task Secrets_ThatComeBackMasked_StayWhatTheyWere()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        string masked = (await api.SendAsync("editor", "GET", "/api/v1/monitors/push")).Body;

        ApiAnswered kept = await api.SendAsync("editor", "PUT", "/api/v1/monitors/push", masked.Replace("\"push\"", "\"push\",\"interval\":\"5s\"", StringComparison.Ordinal));
        ApiAnswered nothing = await api.SendAsync("editor", "PUT", "/api/v1/monitors/other", masked);
        ApiAnswered shown = await api.SendAsync("admin", "GET", "/api/v1/monitors/push?secrets=show");

        Assert.Equal((200, 422), (kept.Status, nothing.Status));
        Assert.Contains("a-secret-of-the-monitor", shown.Body, StringComparison.Ordinal);
        Assert.Contains("hidden-too", shown.Body, StringComparison.Ordinal);
        Assert.Contains("5s", shown.Body, StringComparison.Ordinal);
        Assert.Equal("/token", nothing.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task Body_BeyondItsLimit_Is413()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(limits: new LocalEndpointLimits { DocumentLength = 1024 });

        ApiAnswered answer = await api.SendAsync("editor", "PUT", "/api/v1/pools/web", $$"""{"x":"{{new string('a', 2000)}}"}""");

        Assert.Equal((413, "urn:meridian:problem:too-large"), (answer.Status, answer.Json.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Rollback_ToARevision_LeavesTokensAlone()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.SendAsync("editor", "PUT", "/api/v1/pools/web", """{"members":[]}""");

        ApiAnswered back = await api.SendAsync("editor", "POST", "/api/v1/revisions/4/rollback", """{"message":"too small"}""");
        ApiAnswered pool = await api.SendAsync("viewer", "GET", "/api/v1/pools/web");

        Assert.Equal(200, back.Status);
        Assert.Equal("rollback", back.Json.GetProperty("revision").GetProperty("origin").GetString());
        Assert.Contains("192.0.2.1", pool.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await api.SendAsync("editor", "POST", "/api/v1/revisions/99/rollback", "{}")).Status);
    }

    [Fact]
    public async Task Diff_BetweenRevisions_HasWhatCameWentAndChanged()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.SendAsync("editor", "PUT", "/api/v1/pools/web", """{"members":[]}""");
        await api.SendAsync("editor", "DELETE", "/api/v1/monitors/push");
        await api.SendAsync("editor", "PUT", "/api/v1/sites/eu", "{}");

        JsonElement changes = (await api.SendAsync("viewer", "GET", "/api/v1/diff?from=4")).Json.GetProperty("changes");
        (string, bool, bool)[] seen =
        [
            .. changes.EnumerateArray().Select(change => (
                $"{change.GetProperty("kind")}/{change.GetProperty("name")}", change.TryGetProperty("before", out _), change.TryGetProperty("after", out _))),
        ];

        Assert.Equal([("monitor/push", true, false), ("pool/web", true, true), ("site/eu", false, true)], seen);
    }
}
