using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Meridian.Client.Wire;

namespace Meridian.Client;

/// <summary>Sends requests, and turns refusals into exceptions.</summary>
internal sealed class ApiTransport : IDisposable
{
    // 64 KiB to 1 GiB. A page of a thousand documents of a megabyte each would be more, and is nothing to hold in memory.
    private const int BodyLengthMax = 256 * 1024 * 1024;

    private readonly ClientOptions _options;
    private readonly HttpClient _client;
    private volatile bool _isKeyRefused;

    public ApiTransport(ClientOptions options)
    {
        _options = options;
        // Straight to the server: a proxy of the environment cannot know this machine's loopback.
        HttpMessageHandler handler = options.Handler ?? new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        _client = new HttpClient(handler, disposeHandler: options.Handler is null)
        {
            BaseAddress = new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/"),
            // Streams of events have none: each request has its own.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = BodyLengthMax,
        };
    }

    public async Task<T> SendAsync<T>(
        HttpMethod method, string target, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken, (string Name, string Value)? header = null)
    {
        (string body, _) = await TextAsync(method, target, content, cancellationToken, header);
        return Read(body, type);
    }

    public async Task<(string Body, string? Tag)> TextAsync(
        HttpMethod method, string target, HttpContent? content, CancellationToken cancellationToken, (string Name, string Value)? header = null)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            using HttpResponseMessage response = await OpenAsync(method, target, content, header, HttpCompletionOption.ResponseContentRead, deadline.Token);
            return (await response.Content.ReadAsStringAsync(deadline.Token), response.Headers.ETag?.Tag);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>A response whose body is still to be read.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string target, HttpContent? content, (string Name, string Value)? header, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendOnceAsync(method, target, content, header, completion, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && _options.IsLocalKey && !_isKeyRefused)
        {
            // A key that another server left behind must not stand in the way of what needs none.
            _isKeyRefused = true;
            response.Dispose();
            response = await SendOnceAsync(method, target, content, header, completion, cancellationToken);
        }
        // 202 is a change that waits for somebody: it is a problem document, and the caller has not got what was asked for.
        bool isProblem = response.Content.Headers.ContentType?.MediaType == Problem.MediaType;
        if (response.IsSuccessStatusCode && !isProblem)
        {
            return response;
        }
        using (response)
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            Problem problem = isProblem ? Read(body, ClientJson.Default.Problem) : throw Unreachable(
                $"what answers there is not a Meridian server of this version (HTTP status {(int)response.StatusCode})");
            throw new ApiException(problem) { RetryAfter = response.Headers.RetryAfter?.Delta };
        }
    }

    public void Dispose() => _client.Dispose();

    public static JsonContent Json<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string target, HttpContent? content, (string Name, string Value)? header, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        // The content is sent again when a key was refused; the request itself cannot be.
        using HttpRequestMessage request = new(method, new Uri(target, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = _options.Token is { } token && !_isKeyRefused ? new AuthenticationHeaderValue("Bearer", token) : null;
        // What asks without a token shows by it that it is no foreign page in a browser.
        request.Headers.TryAddWithoutValidation("Meridian-Command", "1");
        if (header is { } field)
        {
            request.Headers.TryAddWithoutValidation(field.Name, field.Value);
        }
        try
        {
            return await _client.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(fault.InnerException?.Message ?? fault.Message, fault);
        }
        finally
        {
            // Disposing the request would dispose the content, which may be sent again.
            request.Content = null;
        }
    }

    private T Read<T>(string body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw Unreachable("the answer is empty");
        }
        catch (JsonException fault)
        {
            throw Unreachable("what answers there is not a Meridian server of this version", fault);
        }
    }

    private UnreachableException Unreachable(string reason, Exception? fault = null) => new(
        $"No server answers at {_client.BaseAddress}: {reason}. Is `meridian serve` running, and is this its `listen: http:` address?", fault);
}
