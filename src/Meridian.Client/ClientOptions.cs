namespace Meridian.Client;

/// <summary>How a <see cref="MeridianClient"/> reaches its server.</summary>
public sealed record ClientOptions
{
    /// <summary>The server: <c>http://127.0.0.1:8053</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The token, or the local key; null asks without.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Whether the token is the local key: should the server not know it, because another one wrote it, the client asks once
    /// more without.
    /// </summary>
    public bool IsLocalKey { get; init; }

    /// <summary>How long one request may take, streams of events apart. 30 s: a change of a large zone is compiled before it is taken.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What sends requests; null for a handler of the client's own, which uses no proxy and follows no redirect. The caller disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }

    // Records print what they hold; this one holds a secret.
    public override string ToString() => $"{Url}{(Token is null ? "" : ", with a token")}";
}
