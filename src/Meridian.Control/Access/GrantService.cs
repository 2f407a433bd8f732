using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>
/// Makes, lists and revokes grants of one sort. They are documents of the change log, so that every node has them. This is a
/// door of its own: a return to an earlier revision never brings back one that was revoked.
/// </summary>
/// <param name="kind">Of their documents.</param>
/// <param name="noun">What one is called in messages.</param>
/// <param name="log">Where they are kept.</param>
/// <param name="index">What requests are judged by; follows the log.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="time">Dates them.</param>
/// <param name="logger">Is told when the log cannot be read.</param>
public abstract class GrantService<T>(
    string kind, string noun, IChangeLog log, GrantIndex<T> index, AccessLimits limits, TimeProvider time, ILogger logger)
    where T : AccessGrant
{
    /// <summary>What requests are judged by.</summary>
    public GrantIndex<T> Index => index;

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Reads all of the log.</summary>
    /// <returns>The revision that they are of.</returns>
    /// <exception cref="ChangeLogException">The log cannot be read.</exception>
    public async Task<long> LoadAsync(CancellationToken cancellationToken)
    {
        using DocumentState state = await log.StateAsync(cancellationToken);
        index.Replace(state.Read(kind).Select(document => TryRead(document.Key.Name, document.Body.Memory)).OfType<T>());
        return state.At?.Number ?? 0;
    }

    /// <summary>Keeps the index as the log is, whoever changes it, until cancelled.</summary>
    public Task FollowAsync(CancellationToken cancellationToken) => new LogFollower(log, time, logger).RunAsync(
        LoadAsync,
        (entry, token) => entry.Changes.Any(change => change.Key.Kind == kind) ? LoadAsync(token) : Task.CompletedTask,
        cancellationToken);

    /// <summary>Makes one.</summary>
    /// <param name="wanted">What for.</param>
    /// <param name="author">Who makes it.</param>
    /// <param name="isTrial">Whether to check only.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task<GrantResult<T>> CreateAsync(NewToken wanted, string author, bool isTrial, CancellationToken cancellationToken)
    {
        ImmutableArray<ProblemItem> problems = NewTokenRules.Check(wanted, index.All.Count, limits, $"{noun}s", Now, out ZoneScope? scope);
        if (!problems.IsEmpty || scope is null)
        {
            return new GrantResult<T> { Problems = problems };
        }
        // What is kept and what is told are the same to the last digit.
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds());
        (T grant, string secret) = Make(wanted, RoleWords.TryRead(wanted.Role) ?? Role.None, scope, author, at); // Checked above.
        if (isTrial)
        {
            return new GrantResult<T> { Grant = grant };
        }
        DocumentKey key = new(kind, grant.Id);
        return await AppendAsync(
            DocumentChange.Put(key, new DocumentBody(Write(grant))), [new Precondition(key, 0)], grant, secret, author, $"create {noun} {grant.Id} for {grant.Name}", cancellationToken);
    }

    /// <summary>Revokes one: from the moment this returns it opens nothing.</summary>
    public async Task<GrantResult<T>> RevokeAsync(string id, string author, bool isTrial, CancellationToken cancellationToken)
    {
        if (index.Find(id) is not { } grant)
        {
            return new GrantResult<T>();
        }
        if (ReasonToKeep(grant) is { } reason)
        {
            return new GrantResult<T> { Problems = [new ProblemItem { Detail = reason }] };
        }
        if (isTrial)
        {
            return new GrantResult<T> { Grant = grant };
        }
        return await AppendAsync(
            DocumentChange.Delete(new DocumentKey(kind, id)), [], grant, null, author, $"revoke {noun} {id} of {grant.Name}", cancellationToken);
    }

    /// <summary>All of them as they are told of, by name.</summary>
    public ImmutableArray<Token> List() =>
        [.. index.All.Values.OrderBy(grant => grant.Name, StringComparer.Ordinal).ThenBy(grant => grant.CreatedAt).Select(Describe)];

    /// <summary>One as it is told of.</summary>
    public Token Describe(T grant)
    {
        TokenUse? use = index.Uses.Find(grant.Id);
        return new Token
        {
            Id = grant.Id,
            Name = grant.Name,
            Role = grant.Role.ToWord(),
            Zones = grant.Scope.Patterns,
            CreatedAt = grant.CreatedAt,
            CreatedBy = grant.CreatedBy,
            ExpiresAt = grant.ExpiresAt,
            IsExpired = grant.IsExpired(Now),
            LastUsedAt = use?.At,
            LastUsedFrom = use?.From,
        };
    }

    /// <summary>A new one, and its secret.</summary>
    protected abstract (T Grant, string Secret) Make(NewToken wanted, Role role, ZoneScope scope, string author, DateTimeOffset at);

    /// <summary>The body of its document.</summary>
    protected abstract byte[] Write(T grant);

    /// <summary>Reads a document; null when it is not one of these.</summary>
    protected abstract T? TryRead(string id, ReadOnlyMemory<byte> body);

    /// <summary>Why one must not be revoked; null when it may be.</summary>
    protected virtual string? ReasonToKeep(T grant) => null;

    private async Task<GrantResult<T>> AppendAsync(
        DocumentChange change, ImmutableArray<Precondition> preconditions, T grant, string? secret, string author, string message, CancellationToken cancellationToken)
    {
        AppendResult result = await log.AppendAsync(
            new ChangeLog.ChangeSet
            {
                Changes = [change],
                Preconditions = preconditions,
                Author = author,
                Origin = ChangeOrigin.Api,
                Message = message,
            },
            cancellationToken);
        if (result is not AppendResult.Accepted accepted)
        {
            string words = result is AppendResult.Refused refused ? refused.Words : "somebody else changed it at the same time; try again";
            return new GrantResult<T> { Problems = [new ProblemItem { Detail = words }], IsUnavailable = true };
        }
        await LoadAsync(cancellationToken);
        return new GrantResult<T> { Grant = grant, Secret = secret, Revision = accepted.Revision.Number };
    }
}
