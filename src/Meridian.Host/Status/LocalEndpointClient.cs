using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Control.Http;

namespace Meridian.Host.Status;

/// <summary>Talks to a running server's local HTTP endpoint.</summary>
internal sealed class LocalEndpointClient : IDisposable
{
    // 100 ms to 1 min. Loopback answers in milliseconds; a server that takes seconds is as good as unreachable for a person waiting.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // 64 KiB to 1 GiB. A report is about 400 octets per member: this is far beyond 100,000 members.
    private const int BodyLengthMax = 256 * 1024 * 1024;

    private static readonly JsonSerializerOptions WireOptions = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly Credential? _credential;

    public LocalEndpointClient(Uri url, TimeSpan? timeout = null)
    {
        _timeout = timeout ?? Timeout;
        // Straight to the server: a proxy of the environment cannot know this machine's loopback.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        _client = new HttpClient(handler)
        {
            BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = _timeout,
            MaxResponseContentBufferSize = BodyLengthMax,
        };
        _credential = Credential.Find(url, Environment.GetEnvironmentVariable);
    }

    public Task<EndpointReply> GetAsync(string target, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, target, null, cancellationToken);

    /// <summary>Asks the server to do something.</summary>
    public Task<EndpointReply> CommandAsync(string target, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, target, null, cancellationToken);

    /// <summary>Sends a document.</summary>
    public Task<EndpointReply> SendJsonAsync<T>(HttpMethod method, string target, T document, CancellationToken cancellationToken) =>
        SendAsync(method, target, JsonSerializer.SerializeToUtf8Bytes(document, WireOptions), cancellationToken);

    private async Task<EndpointReply> SendAsync(HttpMethod method, string target, byte[]? json, CancellationToken cancellationToken)
    {
        try
        {
            EndpointReply reply = await SendOnceAsync(method, target, json, _credential, cancellationToken);
            // A key that a server of another kind or time left behind must not stand in the way of what needs none.
            return reply.Status == HttpStatusCode.Unauthorized && _credential is { IsLocalKey: true }
                ? await SendOnceAsync(method, target, json, null, cancellationToken)
                : reply;
        }
        catch (HttpRequestException fault)
        {
            return Failed(fault.InnerException?.Message ?? fault.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"no answer within {_timeout.TotalSeconds} s");
        }
    }

    private async Task<EndpointReply> SendOnceAsync(
        HttpMethod method, string target, byte[]? json, Credential? credential, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, new Uri(target, UriKind.Relative));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        if (method != HttpMethod.Get)
        {
            request.Headers.Add(BreakerCommand.Header, "1");
        }
        if (credential is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential.Text);
        }
        using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
        return new EndpointReply(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), null);
    }

    public void Dispose() => _client.Dispose();

    private EndpointReply Failed(string reason) => new(default, "",
        $"No server answers at {_client.BaseAddress}: {reason}. Is `meridian serve` running, and is this its `listen: http:` address?");
}

/// <summary>What came back.</summary>
/// <param name="Status">Meaningful only when it was reached.</param>
/// <param name="Body">The whole document.</param>
/// <param name="Unreachable">Why there is no answer, for a person to read; null when there is one.</param>
internal sealed record EndpointReply(HttpStatusCode Status, string Body, string? Unreachable);
