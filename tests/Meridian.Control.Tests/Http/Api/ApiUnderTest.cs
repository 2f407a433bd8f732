using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Meridian.Client;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http;
using Meridian.Control.Http.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>The whole API on a free port, with a front door in memory and a token of each role.</summary>
internal sealed class ApiUnderTest : IAsyncDisposable
{
    private readonly LocalEndpoint _endpoint;
    private readonly HttpClient _client = new();

    private ApiUnderTest(Role local, LocalEndpointLimits limits, AccessLimits? accessLimits, ILoggerFactory loggers)
    {
        Access = new AccessUnderTest(local, limits: accessLimits);
        LocalEndpointSources sources = new()
        {
            Configuration = () => EndpointUnderTest.Report.Configuration,
            Readiness = () => EndpointUnderTest.Report.Readiness,
            Status = () => Status,
            Metrics = writer => writer.WriteLine("meridian_up 1"),
            Explain = (_, _) => Task.FromResult(ExplainReply.Explained("{}", "")),
            Push = report => report.Token == "right",
            Changes = Changes,
            Documents = new Source(Changes),
            Lint = () => """{"findings":[],"silenced":0}""",
        };
        _endpoint = new LocalEndpoint(
            new EndpointOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), Limits = limits }, sources, Access.Endpoint, loggers);
    }

    public AccessUnderTest Access { get; }

    public ScriptedChanges Changes { get; } = new();

    public StatusReport Status { get; set; } = EndpointUnderTest.Report;

    /// <summary>Secrets of tokens by role; "" is no token.</summary>
    public Dictionary<string, string> Tokens { get; } = new(StringComparer.Ordinal) { [""] = "" };

    public static async Task<ApiUnderTest> StartAsync(
        Role local = Role.None, LocalEndpointLimits? limits = null, AccessLimits? accessLimits = null, ILoggerFactory? loggers = null)
    {
        ApiUnderTest api = new(local, limits ?? new LocalEndpointLimits(), accessLimits, loggers ?? NullLoggerFactory.Instance);
        foreach (string role in RoleWords.All)
        {
            api.Tokens[role] = await api.Access.TokenAsync(role);
        }
        await api.SeedAsync();
        await api._endpoint.StartAsync(TestContext.Current.CancellationToken);
        api._client.BaseAddress = api._endpoint.Url;
        return api;
    }

    public Uri Url => _endpoint.Url;

    /// <summary>A typed client as somebody.</summary>
    public MeridianClient ClientOf(string role) => new(new ClientOptions { Url = Url, Token = Tokens.GetValueOrDefault(role, role) });

    /// <summary>Begins anew: revisions 1 to 4.</summary>
    public Task SeedAsync() => Changes.SeedAsync(
        (DocumentKinds.Zone, "example.com", """{"soa":{"primary":"ns1.example.com."}}"""),
        (DocumentKinds.Records, "example.com/www", """{"A":{"steer":"www"}}"""),
        (DocumentKinds.Pool, "web", """{"members":[{"address":"192.0.2.1","weight":3},{"address":"2001:db8::1"}]}"""),
        (DocumentKinds.Monitor, "push", """{"type":"push","token":"a-secret-of-the-monitor","headers":{"Authorization":"Basic hidden-too"}}"""));

    /// <summary>Sends a request as somebody.</summary>
    /// <param name="role">A role, "" for no token, or a whole token.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="json">The body.</param>
    /// <param name="headers">Further header fields.</param>
    public async Task<ApiAnswered> SendAsync(string role, string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(path, UriKind.Relative));
        string token = Tokens.GetValueOrDefault(role, role);
        if (token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }
        using HttpResponseMessage response = await _client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        bool isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        string body = isStream ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswered(
            (int)response.StatusCode, body, response.Headers.ETag?.Tag, response.Headers.RetryAfter?.Delta, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Opens a stream of events.</summary>
    public async Task<StreamReader> StreamAsync(string path, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens["viewer"]);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
        await Access.DisposeAsync();
        await Changes.DisposeAsync();
    }

    // The log is another after each seeding.
    private sealed class Source(ScriptedChanges changes) : IDocumentSource
    {
        public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) => changes.Log.StateAsync(cancellationToken);

        public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => changes.Log.GetAsync(key, cancellationToken);
    }
}

/// <summary>What came back.</summary>
internal sealed record ApiAnswered(int Status, string Body, string? Tag, TimeSpan? RetryAfter, string? MediaType)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status} {Body}");
}
