using System.Text.Json;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Tests.Http.Api;

public sealed class AccessApiTests
{
    [Fact]
    public async Task Token_MadeUsedAndRevoked_OpensOnlyInBetween()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered made = await api.SendAsync("admin", "POST", "/api/v1/tokens", """{"name":"ci","role":"editor","zones":["example.com"]}""");
        string secret = made.Json.GetProperty("secret").GetString()!;
        ApiAnswered caller = await api.SendAsync(secret, "GET", "/api/v1/whoami");
        ApiAnswered listed = await api.SendAsync("admin", "GET", "/api/v1/tokens");
        ApiAnswered revoked = await api.SendAsync("admin", "DELETE", $"/api/v1/tokens/{made.Json.GetProperty("token").GetProperty("id").GetString()}");
        ApiAnswered after = await api.SendAsync(secret, "GET", "/api/v1/whoami");

        Assert.Equal((201, 200, 200, 401), (made.Status, caller.Status, revoked.Status, after.Status));
        Assert.Equal("""{"name":"ci","role":"editor","zones":["example.com"]}""", caller.Body);
        Assert.DoesNotContain(secret.Split('_')[2], listed.Body, StringComparison.Ordinal);
        JsonElement token = listed.Json.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "ci");
        Assert.Equal("127.0.0.1", token.GetProperty("lastUsedFrom").GetString());
    }

    [Theory]
    [InlineData("""{"name":"","role":"viewer"}""", "/name")]
    [InlineData("""{"name":"x","role":"veiwer"}""", "/role")]
    [InlineData("""{"name":"x","role":"viewer","zones":["a..b"]}""", "/zones")]
    [InlineData("""{"name":"x","role":"viewer","expiresAt":"2020-01-01T00:00:00Z"}""", "/expiresAt")]
    public async Task Token_Wrong_PointsToTheField(string body, string pointer)
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("admin", "POST", "/api/v1/tokens", body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(pointer, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task LastAdminToken_IsNotRevoked()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("admin", "DELETE", $"/api/v1/tokens/{api.Tokens["admin"].Split('_')[1]}");

        Assert.Equal(422, answer.Status);
        Assert.Equal(200, (await api.SendAsync("admin", "GET", "/api/v1/tokens")).Status);
    }

    [Fact]
    public async Task WrongTokens_BeyondTheFreeOnes_AreSlowedDownAndToldWhen()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        List<int> statuses = [];
        TimeSpan? wait = null;
        for (int i = 0; i < 8; i++)
        {
            ApiAnswered answer = await api.SendAsync(TokenText.Create(System.Security.Cryptography.RandomNumberGenerator.Fill, out _), "GET", "/api/v1/pools");
            statuses.Add(answer.Status);
            wait = answer.RetryAfter ?? wait;
        }

        // Not even a good token shortens the wait; what needs none goes on.
        ApiAnswered good = await api.SendAsync("viewer", "GET", "/api/v1/pools");
        ApiAnswered none = await api.SendAsync("", "GET", "/healthz");

        Assert.Equal([401, 401, 401, 401, 401, 401, 429, 429], statuses);
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.Equal((429, 200), (good.Status, none.Status));
    }

    [Fact]
    public async Task Audit_Changes_AreThereWithWhoWhereWhatAndRevision()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();
        await api.SendAsync("editor", "PUT", "/api/v1/pools/web?reason=drill", """{"members":[]}""");
        await api.SendAsync("editor", "PUT", "/api/v1/pools/web", "{}", ("If-Match", "\"1\""));
        await api.SendAsync("editor", "PUT", "/api/v1/pools/web?dry-run", "{}");
        await api.SendAsync("viewer", "GET", "/api/v1/pools/web");

        ApiAnswered answer = await api.SendAsync("admin", "GET", "/api/v1/audit?action=putPool");
        AuditEntry[] entries = [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.Deserialize<AuditEntry>(JsonSerializerOptions.Web)!)];

        Assert.Equal(["refused", "done"], entries.Select(entry => entry.Outcome));
        Assert.Equal(("pool/web", "127.0.0.1", 5L, "drill"), (entries[1].Target, entries[1].From, entries[1].Revision, entries[1].Reason));
        Assert.Equal((api.Tokens["editor"].Split('_')[1], "editor"), (entries[1].Token, entries[1].Role));
        Assert.Contains("version", entries[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithoutATokenFromThisMachine_TakesItsHeaderField()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(Role.Operator);

        Assert.Equal(400, (await api.SendAsync("", "POST", "/api/v1/breaker/freeze?by=me")).Status);
        Assert.Equal(204, (await api.SendAsync("", "POST", "/api/v1/breaker/freeze?by=me", null, ("Meridian-Command", "1"))).Status);
        // A browser is made to come here by a name that leads here; a proxy says whom it speaks for.
        Assert.Equal(401, (await api.SendAsync("", "GET", "/api/v1/status", null, ("Host", "evil.example"))).Status);
        Assert.Equal(401, (await api.SendAsync("", "GET", "/api/v1/status", null, ("X-Forwarded-For", "203.0.113.9"))).Status);
    }

    [Fact]
    public async Task Logs_OfAWholeRun_HoldNoSecret()
    {
        RecordingLoggers loggers = new();
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(loggers: loggers);
        string wrong = TokenText.Create(System.Security.Cryptography.RandomNumberGenerator.Fill, out _);
        List<string> bodies = [];
        foreach (string role in (string[])[.. api.Tokens.Keys, wrong])
        {
            foreach ((string method, string path, string? body) in Requests)
            {
                bodies.Add((await api.SendAsync(role, method, path, body)).Body);
            }
        }
        string audit = string.Join('\n', api.Access.Endpoint.Audit.Read(null, 10_000, _ => true));
        string everything = string.Join('\n', [.. loggers.Lines, .. bodies, audit]);

        Assert.NotEmpty(loggers.Lines);
        foreach (string token in api.Tokens.Values.Append(wrong).Where(token => token.Length > 0))
        {
            Assert.DoesNotContain(token.Split('_')[2], everything, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(TokenText.HashOf(token)), everything, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("a-secret-of-the-monitor", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-too", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("a-push-secret", everything, StringComparison.Ordinal);
    }

    private static (string Method, string Path, string? Body)[] Requests { get; } =
    [
        ("GET", "/api/v1/monitors", null),
        ("GET", "/api/v1/revisions/4", null),
        ("PUT", "/api/v1/monitors/push", """{"type":"push","token":"a-secret-of-the-monitor"}"""),
        ("PUT", "/api/v1/monitors/push", """{"type":"push","token":"a-secret-of-the-monitor" broken"""),
        ("POST", "/api/v1/changes", """{"changes":[{"kind":"monitor","name":"m","body":{"token":"a-secret-of-the-monitor"},"bad":"a-secret-of-the-monitor"}]}"""),
        ("POST", "/api/v1/changes?dry-run", """{"changes":[{"kind":"monitor","name":"m","body":{"token":"a-secret-of-the-monitor"}}]}"""),
        ("POST", "/api/v1/push/push/192.0.2.1?message=hello", null),
        ("GET", "/api/v1/audit", null),
        ("GET", "/api/v1/tokens", null),
        ("GET", "/api/v1/nothing", null),
    ];

    private sealed class RecordingLoggers : ILoggerFactory, ILogger
    {
        private readonly Lock _lock = new();

        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
            {
                Lines.Add(formatter(state, exception) + exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
