using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Meridian.Client.Wire;

namespace Meridian.Client;

/// <summary>
/// The native API of one server. May be used by many threads at once. Refusals are <see cref="ApiException"/>, no answer is
/// <see cref="UnreachableException"/>.
/// </summary>
public sealed class MeridianClient(ClientOptions options) : IDisposable
{
    private const string Api = "api/v1/";

    private readonly ApiTransport _transport = new(options);

    /// <summary>Who the token stands for.</summary>
    public Task<Caller> GetCallerAsync(CancellationToken cancellationToken) =>
        _transport.SendAsync(HttpMethod.Get, Api + "whoami", null, ClientJson.Default.Caller, cancellationToken);

    /// <summary>All documents of a collection, page by page.</summary>
    /// <param name="collection">One of <see cref="Collections"/>.</param>
    /// <param name="withSecrets">Takes the role admin, and is audited.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async IAsyncEnumerable<Document> ListAsync(
        string collection, bool withSecrets = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            string query = Query.Of(("cursor", cursor), ("secrets", withSecrets ? "show" : null));
            DocumentPage page = await _transport.SendAsync(HttpMethod.Get, Api + collection + query, null, ClientJson.Default.DocumentPage, cancellationToken);
            foreach (Document document in page.Items)
            {
                yield return document;
            }
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>One document, with its version.</summary>
    /// <param name="collection">One of <see cref="Collections"/>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>Null when it does not exist.</returns>
    public async Task<VersionedBody?> GetAsync(string collection, string name, CancellationToken cancellationToken)
    {
        try
        {
            (string body, string? tag) = await _transport.TextAsync(HttpMethod.Get, PathOf(collection, name), null, cancellationToken);
            long version = long.Parse(tag?.Trim('"') ?? "0", CultureInfo.InvariantCulture);
            return new VersionedBody(version, JsonSerializer.Deserialize(body, ClientJson.Default.JsonElement));
        }
        catch (ApiException refusal) when (refusal.Problem.Type == ProblemTypes.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a document, whole.</summary>
    public Task<ChangeResult> PutAsync(string collection, string name, JsonElement body, ChangeOptions options, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            HttpMethod.Put, PathOf(collection, name) + options.ToQuery(), ApiTransport.Json(body, ClientJson.Default.JsonElement),
            ClientJson.Default.ChangeResult, cancellationToken, options.ToCondition());

    /// <summary>Deletes a document.</summary>
    public Task<ChangeResult> DeleteAsync(string collection, string name, ChangeOptions options, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            HttpMethod.Delete, PathOf(collection, name) + options.ToQuery(), null, ClientJson.Default.ChangeResult, cancellationToken, options.ToCondition());

    /// <summary>Makes many changes, all of them or none.</summary>
    public Task<ChangeResult> ApplyAsync(ChangeSet changes, bool isDryRun, bool wait, CancellationToken cancellationToken) =>
        SendChangesAsync(HttpMethod.Post, "changes", changes, isDryRun, wait, cancellationToken);

    /// <summary>Makes these documents the whole configuration.</summary>
    public Task<ChangeResult> ReplaceAsync(ChangeSet documents, bool isDryRun, bool wait, CancellationToken cancellationToken) =>
        SendChangesAsync(HttpMethod.Put, "configuration", documents, isDryRun, wait, cancellationToken);

    /// <summary>The whole configuration as YAML, with its secrets.</summary>
    /// <param name="revision">As it was after this revision; null for now.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task<string> ExportAsync(long? revision, CancellationToken cancellationToken) =>
        (await _transport.TextAsync(HttpMethod.Get, Api + "configuration" + Query.Of(("revision", revision?.ToString(CultureInfo.InvariantCulture))), null, cancellationToken)).Body;

    /// <summary>History, newest first, page by page.</summary>
    public async IAsyncEnumerable<Revision> HistoryAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            RevisionPage page = await _transport.SendAsync(
                HttpMethod.Get, Api + "revisions" + Query.Of(("cursor", cursor)), null, ClientJson.Default.RevisionPage, cancellationToken);
            foreach (Revision revision in page.Items)
            {
                yield return revision;
            }
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>A revision with what it changed.</summary>
    public Task<RevisionDetail> GetRevisionAsync(long number, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{Api}revisions/{number}"), null, ClientJson.Default.RevisionDetail, cancellationToken);

    /// <summary>The documents that differ between two revisions.</summary>
    public Task<RevisionDifference> DiffAsync(long from, long? to, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Get,
        Api + "diff" + Query.Of(("from", from.ToString(CultureInfo.InvariantCulture)), ("to", to?.ToString(CultureInfo.InvariantCulture))),
        null,
        ClientJson.Default.RevisionDifference,
        cancellationToken);

    /// <summary>Returns to what was after a revision, as a new revision.</summary>
    public Task<ChangeResult> RollbackAsync(long number, Decision decision, bool isDryRun, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Post,
        string.Create(CultureInfo.InvariantCulture, $"{Api}revisions/{number}/rollback") + Query.Of(("dry-run", isDryRun ? "true" : null)),
        ApiTransport.Json(decision, ClientJson.Default.Decision),
        ClientJson.Default.ChangeResult,
        cancellationToken);

    /// <summary>Changes that wait for somebody's word.</summary>
    public async Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, Api + "pending", null, ClientJson.Default.PendingList, cancellationToken)).Items;

    /// <summary>Lets a pending change through.</summary>
    public Task<ChangeResult> ApproveAsync(string id, Decision decision, CancellationToken cancellationToken) => DecideAsync(id, "approve", decision, cancellationToken);

    /// <summary>Throws a pending change away.</summary>
    public Task<ChangeResult> RejectAsync(string id, Decision decision, CancellationToken cancellationToken) => DecideAsync(id, "reject", decision, cancellationToken);

    /// <summary>All tokens, without their secrets.</summary>
    public async Task<ImmutableArray<Token>> TokensAsync(CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, Api + "tokens", null, ClientJson.Default.TokenList, cancellationToken)).Items;

    /// <summary>Makes a token. Its secret is not shown again.</summary>
    public Task<CreatedToken> CreateTokenAsync(NewToken token, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Post, Api + "tokens", ApiTransport.Json(token, ClientJson.Default.NewToken), ClientJson.Default.CreatedToken, cancellationToken);

    /// <summary>Revokes a token.</summary>
    public Task<Token> RevokeTokenAsync(string id, CancellationToken cancellationToken) =>
        _transport.SendAsync(HttpMethod.Delete, Api + "tokens/" + Uri.EscapeDataString(id), null, ClientJson.Default.Token, cancellationToken);

    /// <summary>All keys of the Route 53 API, without their secrets.</summary>
    public async Task<ImmutableArray<Token>> KeysAsync(CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Get, Api + "keys", null, ClientJson.Default.TokenList, cancellationToken)).Items;

    /// <summary>Makes a key of the Route 53 API; its secret is in the answer, and nowhere else.</summary>
    public Task<CreatedToken> CreateKeyAsync(NewToken key, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Post, Api + "keys", ApiTransport.Json(key, ClientJson.Default.NewToken), ClientJson.Default.CreatedToken, cancellationToken);

    /// <summary>Revokes a key of the Route 53 API.</summary>
    public Task<Token> RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        _transport.SendAsync(HttpMethod.Delete, Api + "keys/" + Uri.EscapeDataString(id), null, ClientJson.Default.Token, cancellationToken);

    /// <summary>The audit log, newest first, page by page.</summary>
    /// <param name="who">Only what this token did; null for all.</param>
    /// <param name="action">Only this operation; null for all.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async IAsyncEnumerable<AuditEntry> AuditAsync(string? who, string? action, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            AuditPage page = await _transport.SendAsync(
                HttpMethod.Get, Api + "audit" + Query.Of(("who", who), ("action", action), ("cursor", cursor)), null, ClientJson.Default.AuditPage, cancellationToken);
            foreach (AuditEntry entry in page.Items)
            {
                yield return entry;
            }
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>
    /// Events as they happen, until the connection ends; whoever goes on then gives the last id that came.
    /// </summary>
    /// <param name="topics"><c>revisions</c>, <c>health</c>, or both with a comma; null for both.</param>
    /// <param name="after">Begin with the revisions after this one; null for those to come.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public async IAsyncEnumerable<ServerEvent> EventsAsync(string? topics, long? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string target = Api + "events" + Query.Of(("topics", topics), ("after", after?.ToString(CultureInfo.InvariantCulture)));
        using HttpResponseMessage response = await _transport.OpenAsync(
            HttpMethod.Get, target, null, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using StreamReader lines = new(stream, Encoding.UTF8);
        (string kind, string? id, string data) = ("message", null, "");
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            // An empty line ends an event (WHATWG HTML §9.2.6); a line that begins with a colon is only a sign of life.
            if (line.Length == 0 && data.Length > 0)
            {
                yield return new ServerEvent(kind, id, data);
                (kind, id, data) = ("message", null, "");
            }
            else if (line.Split(": ", 2) is [var field, var value])
            {
                (kind, id, data) = field switch
                {
                    "event" => (value, id, data),
                    "id" => (kind, value, data),
                    "data" => (kind, id, data + value),
                    _ => (kind, id, data),
                };
            }
        }
    }

    /// <summary>The state of the server, as the document that it is.</summary>
    public Task<JsonElement> GetStatusAsync(CancellationToken cancellationToken) =>
        _transport.SendAsync(HttpMethod.Get, Api + "status", null, ClientJson.Default.JsonElement, cancellationToken);

    /// <summary>Why a client gets its answer, as the document that it is.</summary>
    /// <param name="name">The queried name.</param>
    /// <param name="type">The queried type.</param>
    /// <param name="client">Who asks: an address, or a client subnet; null for this machine.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public Task<JsonElement> ExplainAsync(string name, string type, string? client, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Get, Api + "explain" + Query.Of(("name", name), ("type", type), ("client", client)), null, ClientJson.Default.JsonElement, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private Task<ChangeResult> SendChangesAsync(HttpMethod method, string path, ChangeSet changes, bool isDryRun, bool wait, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            method,
            Api + path + Query.Of(("dry-run", isDryRun ? "true" : null), ("wait", wait ? "true" : null)),
            ApiTransport.Json(changes, ClientJson.Default.ChangeSet),
            ClientJson.Default.ChangeResult,
            cancellationToken);

    private Task<ChangeResult> DecideAsync(string id, string word, Decision decision, CancellationToken cancellationToken) => _transport.SendAsync(
        HttpMethod.Post, $"{Api}pending/{Uri.EscapeDataString(id)}/{word}", ApiTransport.Json(decision, ClientJson.Default.Decision), ClientJson.Default.ChangeResult, cancellationToken);

    private static string PathOf(string collection, string name) => $"{Api}{collection}/{Uri.EscapeDataString(name)}";
}
