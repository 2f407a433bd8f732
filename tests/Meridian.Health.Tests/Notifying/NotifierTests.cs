using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meridian.Engine.Model;
using Meridian.Health.Notifying;
using Meridian.Health.Notifying.Mail;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Notifying;

public sealed class NotifierTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    private static readonly HealthEvent Down = new(
        HealthEventKind.MemberDown, "web 203.0.113.10:443", Now, "connection refused", "Taken out of answers", ["web-eu/203.0.113.10"]);

    [Fact]
    public void Write_Json_IsTheDocumentedOne()
    {
        string json = Encoding.UTF8.GetString(NotificationText.Write(Target(NotifyFormat.Json), Down, 2));

        Assert.Equal(
            """{"version":1,"event":"member-down","incident":"member web 203.0.113.10:443","subject":"web 203.0.113.10:443","at":"2026-11-20T03:00:00+00:00","cause":"connection refused","action":"Taken out of answers","members":["web-eu/203.0.113.10"],"repeated":2}""",
            json);
    }

    [Fact]
    public void Write_Chat_IsOneSentence()
    {
        using JsonDocument message = JsonDocument.Parse(NotificationText.Write(Target(NotifyFormat.Chat), Down, 1));

        Assert.Equal(
            "member web 203.0.113.10:443 is down: connection refused. Taken out of answers. [web-eu/203.0.113.10] (and 1 times before, not told)",
            message.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Write_Paging_EndResolvesWhatTheBeginningTriggered()
    {
        using JsonDocument began = JsonDocument.Parse(NotificationText.Write(Target(NotifyFormat.Paging), Down, 0));
        using JsonDocument ended = JsonDocument.Parse(NotificationText.Write(Target(NotifyFormat.Paging), Down with { Kind = HealthEventKind.MemberUp }, 0));

        Assert.Equal("trigger", began.RootElement.GetProperty("event_action").GetString());
        Assert.Equal("resolve", ended.RootElement.GetProperty("event_action").GetString());
        Assert.Equal(began.RootElement.GetProperty("dedup_key").GetString(), ended.RootElement.GetProperty("dedup_key").GetString());
        Assert.Equal("error", began.RootElement.GetProperty("payload").GetProperty("severity").GetString());
    }

    [Fact]
    public void Sign_Body_CanBeVerifiedAndNotMovedInTime()
    {
        byte[] body = "{}"u8.ToArray();
        string signature = NotificationText.Sign("a secret", Now, body);

        string expected = Convert.ToHexStringLower(HMACSHA256.HashData("a secret"u8, Encoding.UTF8.GetBytes($"{Now.ToUnixTimeSeconds()}.{{}}")));
        Assert.Equal($"t={Now.ToUnixTimeSeconds()},v1={expected}", signature);
        Assert.NotEqual(signature.Split("v1=")[1], NotificationText.Sign("a secret", Now.AddSeconds(1), body).Split("v1=")[1]);
    }

    [Fact]
    public async Task Add_ReceiverRefusesTwice_IsToldOnceItTakesItAndRepetitionsAreCounted()
    {
        VirtualTime time = new();
        Receiver receiver = new() { Refusals = 2 };
        using Notifier notifier = new(receiver, time, NullLogger<Notifier>.Instance);
        notifier.Follow([Target(NotifyFormat.Json) with { Secret = "a secret" }]);
        using CancellationTokenSource stop = new();
        Task running = notifier.RunAsync(stop.Token);

        notifier.Add(Down);
        notifier.Add(Down with { At = Now.AddSeconds(10) });
        await receiver.WaitAsync(1, time);
        notifier.Add(Down with { At = Now.AddMinutes(2) });
        await receiver.WaitAsync(2, time);

        Assert.Equal(4, receiver.Attempts);
        Assert.Equal([0, 1], receiver.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("repeated").GetInt32()));
        Assert.All(receiver.Signatures, signature => Assert.StartsWith("t=", signature, StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public void Write_Template_PlacesAreFilledAndCannotBreakOut()
    {
        NotifyModel target = Target(NotifyFormat.Json) with { Template = """{"content": "{{ text }}", "when": "{{at}}", "x": "{{phase}} {{severity}}"}""" };
        HealthEvent nasty = Down with { Cause = "body does not hold \"a\\b\"\nnext" };

        using JsonDocument message = JsonDocument.Parse(NotificationText.Write(target, nasty, 0));
        Assert.Equal(NotificationText.Sentence(nasty, 0), message.RootElement.GetProperty("content").GetString());
        Assert.Equal("2026-11-20T03:00:00Z", message.RootElement.GetProperty("when").GetString());
        Assert.Equal("begin error", message.RootElement.GetProperty("x").GetString());
        Assert.Null(MessageTemplate.FindUnknown(target.Template!));
        Assert.Equal("nonsense", MessageTemplate.FindUnknown("{{text}} {{nonsense}}"));
    }

    [Fact]
    public async Task Add_Mail_IsDeliveredToARealServerAfterItRefusedOnce()
    {
        using MailServer server = new() { Refusals = 1 };
        VirtualTime time = new();
        using Notifier notifier = new(null, time, NullLogger<Notifier>.Instance);
        EmailModel email = new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, From = "meridian@example.com", To = ["ops@example.com", "oncall@example.com"] };
        notifier.Follow([new NotifyModel { Name = "mail", Email = email }]);
        using CancellationTokenSource stop = new();
        Task running = notifier.RunAsync(stop.Token);
        notifier.Add(Down);
        string? mail = null;
        for (int i = 0; i < 5000 && !server.Received.TryDequeue(out mail); i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.NotNull(mail);
        Assert.Contains("MAIL FROM:<meridian@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<ops@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<oncall@example.com>", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: [meridian] member web 203.0.113.10:443 is down", mail, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail, StringComparison.Ordinal);
        Assert.Contains("connection refused", mail, StringComparison.Ordinal);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Add_MailServerWithoutStartTls_IsToldNothingWhereTlsIsAskedFor()
    {
        using MailServer server = new();
        EmailModel email = new() { Host = "127.0.0.1", Port = server.Port, From = "meridian@example.com", To = ["ops@example.com"], User = "u", Password = "p" };

        string? problem = await new MailSender(TimeProvider.System).TrySendAsync(
            new NotifyModel { Name = "mail", Email = email }, Down, 0, TestContext.Current.CancellationToken);
        Assert.Equal("the server does not offer STARTTLS, and nothing is sent in clear", problem);
        Assert.Empty(server.Received);
        Assert.DoesNotContain("MAIL FROM", server.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTH", server.Said, StringComparison.Ordinal);
    }

    private static NotifyModel Target(NotifyFormat format) =>
        new() { Name = "ops", Url = new Uri("http://127.0.0.1/hook"), Format = format, RoutingKey = "key" };

    private sealed class Receiver : HttpMessageHandler
    {
        private int _attempts;

        internal int Refusals { get; init; }

        internal int Attempts => _attempts;

        internal ConcurrentQueue<string> Bodies { get; } = new();

        internal ConcurrentQueue<string> Signatures { get; } = new();

        /// <summary>Lets time pass until so many were taken.</summary>
        internal async Task WaitAsync(int count, VirtualTime time)
        {
            for (int i = 0; i < 2000 && Bodies.Count < count; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            Assert.Equal(count, Bodies.Count);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _attempts) <= Refusals)
            {
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            }

            Signatures.Enqueue(request.Headers.GetValues(NotificationText.SignatureHeader).Single());
            Bodies.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }
}
