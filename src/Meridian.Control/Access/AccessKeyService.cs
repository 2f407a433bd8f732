using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Access;

/// <summary>
/// Makes, lists and revokes keys of the Route 53 API. They are documents of the change log, as tokens are, and like them have
/// a door of their own: a return to an earlier revision never brings back a key that was revoked.
/// </summary>
/// <param name="log">Where keys are kept.</param>
/// <param name="index">What requests are judged by; follows the log.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="time">Dates them.</param>
/// <param name="random">Fills a buffer with octets that nobody can guess.</param>
public sealed class AccessKeyService(IChangeLog log, AccessKeyIndex index, AccessLimits limits, TimeProvider time, Action<Span<byte>> random)
{
    /// <summary>What requests are judged by.</summary>
    public AccessKeyIndex Index => index;

    /// <summary>Reads all keys of the log.</summary>
    /// <exception cref="ChangeLogException">The log cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        using DocumentState state = await log.StateAsync(cancellationToken);
        index.Replace(state.Read(DocumentKinds.AccessKey).Select(document => AccessKeyDocument.TryRead(document.Key.Name, document.Body.Memory)).OfType<AccessKey>());
    }

    /// <summary>Keeps the index as the log is, whoever changes it.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (LogEntry entry in log.WatchAsync(log.Head?.Number ?? 0, cancellationToken))
        {
            if (entry.Changes.Any(change => change.Key.Kind == DocumentKinds.AccessKey))
            {
                await LoadAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="wanted">What for.</param>
    /// <param name="author">Who makes it.</param>
    /// <param name="isTrial">Whether to check only.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task<AccessKeyResult> CreateAsync(NewToken wanted, string author, bool isTrial, CancellationToken cancellationToken)
    {
        ImmutableArray<ProblemItem> problems = NewTokenRules.Check(wanted, index.All.Count, limits, "keys", time.GetUtcNow(), out ZoneScope? scope);
        if (!problems.IsEmpty || scope is null)
        {
            return new AccessKeyResult { Problems = problems };
        }
        (string id, string secret) = AccessKeyText.Create(random);
        AccessKey key = new()
        {
            Id = id,
            Secret = secret,
            Name = wanted.Name,
            Role = RoleWords.TryRead(wanted.Role) ?? Role.None, // Checked above.
            Scope = scope,
            // What is kept and what is told are the same to the last digit.
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
            CreatedBy = author,
            ExpiresAt = wanted.ExpiresAt,
        };
        if (isTrial)
        {
            return new AccessKeyResult { Key = key };
        }
        DocumentChange put = DocumentChange.Put(new DocumentKey(DocumentKinds.AccessKey, id), new DocumentBody(AccessKeyDocument.Write(key)));
        return await AppendAsync(put, key, 0, author, $"create access key {id} for {wanted.Name}", cancellationToken);
    }

    /// <summary>Revokes a key: from the moment this returns it signs nothing.</summary>
    public async Task<AccessKeyResult> RevokeAsync(string id, string author, bool isTrial, CancellationToken cancellationToken)
    {
        if (index.Find(id) is not { } key)
        {
            return new AccessKeyResult();
        }
        if (isTrial)
        {
            return new AccessKeyResult { Key = key };
        }
        DocumentChange delete = DocumentChange.Delete(new DocumentKey(DocumentKinds.AccessKey, id));
        return await AppendAsync(delete, key, null, author, $"revoke access key {id} of {key.Name}", cancellationToken);
    }

    /// <summary>All keys as they are told of, by name.</summary>
    public ImmutableArray<Token> List() =>
        [.. index.All.Values.OrderBy(key => key.Name, StringComparer.Ordinal).ThenBy(key => key.CreatedAt).Select(Describe)];

    /// <summary>A key as it is told of.</summary>
    public Token Describe(AccessKey key)
    {
        TokenUse? use = index.Uses.Find(key.Id);
        return new Token
        {
            Id = key.Id,
            Name = key.Name,
            Role = key.Role.ToWord(),
            Zones = key.Scope.Patterns,
            CreatedAt = key.CreatedAt,
            CreatedBy = key.CreatedBy,
            ExpiresAt = key.ExpiresAt,
            IsExpired = key.IsExpired(time.GetUtcNow()),
            LastUsedAt = use?.At,
            LastUsedFrom = use?.From,
        };
    }

    private async Task<AccessKeyResult> AppendAsync(
        DocumentChange change, AccessKey key, long? version, string author, string message, CancellationToken cancellationToken)
    {
        AppendResult result = await log.AppendAsync(
            new ChangeLog.ChangeSet
            {
                Changes = [change],
                Preconditions = version is { } expected ? [new Precondition(change.Key, expected)] : [],
                Author = author,
                Origin = ChangeOrigin.Api,
                Message = message,
            },
            cancellationToken);
        if (result is not AppendResult.Accepted accepted)
        {
            string words = result is AppendResult.Refused refused ? refused.Words : "somebody else changed it at the same time; try again";
            return new AccessKeyResult { Problems = [new ProblemItem { Detail = words }], IsUnavailable = true };
        }
        await LoadAsync(cancellationToken);
        return new AccessKeyResult { Key = key, Revision = accepted.Revision.Number };
    }
}
