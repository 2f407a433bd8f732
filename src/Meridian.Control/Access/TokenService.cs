using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Access;

/// <summary>
/// Makes, lists and revokes tokens. They are documents of the change log, so that every node has them; what is in the log
/// is a hash. This is a door of its own: a return to an earlier revision never brings back a token that was revoked.
/// </summary>
/// <param name="log">Where tokens are kept.</param>
/// <param name="index">What requests are judged by; follows the log.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="time">Dates them.</param>
/// <param name="random">Fills a buffer with octets that nobody can guess.</param>
public sealed class TokenService(IChangeLog log, TokenIndex index, AccessLimits limits, TimeProvider time, Action<Span<byte>> random)
{
    /// <summary>Reads all tokens of the log.</summary>
    /// <exception cref="ChangeLogException">The log cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        using DocumentState state = await log.StateAsync(cancellationToken);
        index.Replace(state.Read(DocumentKinds.AccessToken).Select(ReadDocument).OfType<AccessToken>());
    }

    /// <summary>Keeps the index as the log is, whoever changes it.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (LogEntry entry in log.WatchAsync(log.Head?.Number ?? 0, cancellationToken))
        {
            if (entry.Changes.Any(change => change.Key.Kind == DocumentKinds.AccessToken))
            {
                await LoadAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes a token.</summary>
    /// <param name="wanted">What for.</param>
    /// <param name="author">Who makes it.</param>
    /// <param name="isTrial">Whether to check only.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task<TokenResult> CreateAsync(NewToken wanted, string author, bool isTrial, CancellationToken cancellationToken)
    {
        ImmutableArray<ProblemItem> problems = NewTokenRules.Check(wanted, index.All.Count, limits, "tokens", time.GetUtcNow(), out ZoneScope? scope);
        if (!problems.IsEmpty || scope is null)
        {
            return new TokenResult { Problems = problems };
        }
        string secret = TokenText.Create(random, out string id);
        AccessToken token = new()
        {
            Id = id,
            Name = wanted.Name,
            Role = RoleWords.TryRead(wanted.Role) ?? Role.None, // Checked above.
            Scope = scope,
            Hash = [.. TokenText.HashOf(secret)],
            CreatedAt = Truncate(time.GetUtcNow()),
            CreatedBy = author,
            ExpiresAt = wanted.ExpiresAt,
        };
        if (isTrial)
        {
            return new TokenResult { Token = token };
        }
        DocumentKey key = new(DocumentKinds.AccessToken, id);
        AppendResult result = await AppendAsync(
            DocumentChange.Put(key, new DocumentBody(TokenDocument.Write(token))), 0, author, $"create token {id} for {wanted.Name}", cancellationToken);
        return await ResultOfAsync(result, token, secret, cancellationToken);
    }

    /// <summary>Revokes a token: from the moment this returns it opens nothing.</summary>
    public async Task<TokenResult> RevokeAsync(string id, string author, bool isTrial, CancellationToken cancellationToken)
    {
        if (index.Find(id) is not { } token)
        {
            return new TokenResult();
        }
        if (token.Role == Role.Admin && token.Scope.IsAll && !index.All.Values.Any(other => other.Id != id && IsLastingAdmin(other)))
        {
            // Whoever can read the local key could still make one, but that is not what somebody who tidies up expects to need.
            return new TokenResult { Problems = [new ProblemItem { Detail = $"'{token.Name}' is the last admin token; create another one first" }] };
        }
        if (isTrial)
        {
            return new TokenResult { Token = token };
        }
        AppendResult result = await AppendAsync(
            DocumentChange.Delete(new DocumentKey(DocumentKinds.AccessToken, id)), null, author, $"revoke token {id} of {token.Name}", cancellationToken);
        return await ResultOfAsync(result, token, null, cancellationToken);
    }

    /// <summary>All tokens as they are told of, by name.</summary>
    public ImmutableArray<Token> List() =>
        [.. index.All.Values.OrderBy(token => token.Name, StringComparer.Ordinal).ThenBy(token => token.CreatedAt).Select(Describe)];

    /// <summary>A token as it is told of.</summary>
    public Token Describe(AccessToken token)
    {
        TokenUse? use = index.Uses.Find(token.Id);
        return new Token
        {
            Id = token.Id,
            Name = token.Name,
            Role = token.Role.ToWord(),
            Zones = token.Scope.Patterns,
            CreatedAt = token.CreatedAt,
            CreatedBy = token.CreatedBy,
            ExpiresAt = token.ExpiresAt,
            IsExpired = token.IsExpired(time.GetUtcNow()),
            LastUsedAt = use?.At,
            LastUsedFrom = use?.From,
        };
    }

    private bool IsLastingAdmin(AccessToken token) =>
        token.Role == Role.Admin && token.Scope.IsAll && !token.IsExpired(time.GetUtcNow());

    private Task<AppendResult> AppendAsync(DocumentChange change, long? version, string author, string message, CancellationToken cancellationToken) =>
        log.AppendAsync(
            new ChangeLog.ChangeSet
            {
                Changes = [change],
                Preconditions = version is { } expected ? [new Precondition(change.Key, expected)] : [],
                Author = author,
                Origin = ChangeOrigin.Api,
                Message = message,
            },
            cancellationToken);

    private async Task<TokenResult> ResultOfAsync(AppendResult result, AccessToken token, string? secret, CancellationToken cancellationToken)
    {
        if (result is not AppendResult.Accepted accepted)
        {
            string words = result is AppendResult.Refused refused ? refused.Words : "somebody else changed it at the same time; try again";
            return new TokenResult { Problems = [new ProblemItem { Detail = words }], IsUnavailable = true };
        }
        await LoadAsync(cancellationToken);
        return new TokenResult { Token = token, Secret = secret, Revision = accepted.Revision.Number };
    }

    private static AccessToken? ReadDocument(ChangeLog.Document document) => TokenDocument.TryRead(document.Key.Name, document.Body.Memory);

    // What is kept and what is told are the same to the last digit.
    private static DateTimeOffset Truncate(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
