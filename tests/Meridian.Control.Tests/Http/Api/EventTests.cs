using System.Collections.Immutable;
using Meridian.Control.Http;
using Meridian.Engine.Health;

namespace Meridian.Control.Tests.Http.Api;

public sealed class EventTests
{
    [Fact]
    public async Task Revisions_AsTheyAreMade_ComeWithTheirNumbers()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using StreamReader events = await api.StreamAsync("/api/v1/events?topics=revisions");
        Assert.Equal(": connected", await LineAsync(events));
        Assert.Equal("", await LineAsync(events));

        await api.SendAsync("editor", "PUT", "/api/v1/pools/web", """{"members":[]}""");

        Assert.Equal("id: 5", await LineAsync(events));
        Assert.Equal("event: revision", await LineAsync(events));
        Assert.StartsWith("data: {\"number\":5,", await LineAsync(events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revisions_AfterABreak_GoOnWhereItWas()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using StreamReader events = await api.StreamAsync("/api/v1/events?topics=revisions", ("Last-Event-ID", "2"));
        List<string> ids = [];
        while (ids.Count < 2)
        {
            string line = await LineAsync(events);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                ids.Add(line);
            }
        }

        Assert.Equal(["id: 3", "id: 4"], ids);
    }

    [Fact]
    public async Task Health_MemberThatChanges_Comes()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        using StreamReader events = await api.StreamAsync("/api/v1/events?topics=health");
        await LineAsync(events);
        await LineAsync(events);
        // Another stream looks too, so that the first has certainly taken its picture of before.
        StatusReport before = api.Status;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<string> line = LineAsync(events);
        HealthState state = HealthState.Up;
        while (!line.IsCompleted)
        {
            // The picture of before is taken at some time after the head; a change after it must come.
            api.Status = before with { Members = [before.Members[0] with { Health = state }] };
            state = state == HealthState.Up ? HealthState.Down : HealthState.Up;
            await Task.WhenAny(line, Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System, ended.Token));
        }
        await ended.CancelAsync();

        Assert.Equal("event: health", await line);
        Assert.Contains("\"target\":\"127.0.1.1\"", await LineAsync(events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_BeyondTheirNumber_AreToldWhenToComeBack()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(limits: new LocalEndpointLimits { EventStreamCount = 1 });
        using StreamReader first = await api.StreamAsync("/api/v1/events");

        ApiAnswered second = await api.SendAsync("viewer", "GET", "/api/v1/events");

        Assert.Equal(503, second.Status);
        Assert.NotNull(second.RetryAfter);
    }

    [Fact]
    public async Task Topic_ThatDoesNotExist_IsRefused()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        Assert.Equal(400, (await api.SendAsync("viewer", "GET", "/api/v1/events?topics=weather")).Status);
    }

    [Fact]
    public void Changes_OfMembers_AreThoseWhoseStateIsAnother()
    {
        MemberReport member = EndpointUnderTest.Report.Members[0];
        ImmutableArray<MemberReport> before = [member, member with { Target = "b" }, member with { Target = "c" }];
        ImmutableArray<MemberReport> after =
            [member with { Reason = "other words" }, member with { Target = "b", Health = HealthState.Up }, member with { Target = "d" }];

        Assert.Equal(["b", "d"], Meridian.Control.Http.Documents.HealthEvents.Changes(before, after).Select(changed => changed.Target));
    }

    private static async Task<string> LineAsync(StreamReader events) =>
        await events.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("the stream ended");
}
