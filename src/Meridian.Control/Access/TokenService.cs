using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>Makes, lists and revokes tokens. What is in the log is a hash of each.</summary>
/// <param name="log">Where tokens are kept.</param>
/// <param name="index">What requests are judged by; follows the log.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="time">Dates them.</param>
/// <param name="random">Fills a buffer with octets that nobody can guess.</param>
/// <param name="logger">Is told when the log cannot be read.</param>
public sealed class TokenService(
    IChangeLog log, TokenIndex index, AccessLimits limits, TimeProvider time, Action<Span<byte>> random, ILogger<TokenService> logger)
    : GrantService<AccessToken>(DocumentKinds.AccessToken, "token", log, index, limits, time, logger)
{
    protected override (AccessToken Grant, string Secret) Make(NewToken wanted, Role role, ZoneScope scope, string author, DateTimeOffset at)
    {
        string secret = TokenText.Create(random, out string id);
        AccessToken token = new()
        {
            Id = id,
            Name = wanted.Name,
            Role = role,
            Scope = scope,
            Hash = [.. TokenText.HashOf(secret)],
            CreatedAt = at,
            CreatedBy = author,
            ExpiresAt = wanted.ExpiresAt,
        };
        return (token, secret);
    }

    protected override byte[] Write(AccessToken grant) => TokenDocument.Write(grant);

    protected override AccessToken? TryRead(string id, ReadOnlyMemory<byte> body) => TokenDocument.TryRead(id, body);

    // Whoever can read the local key could still make one, but that is not what somebody who tidies up expects to need.
    protected override string? ReasonToKeep(AccessToken grant) =>
        grant.Role == Role.Admin && grant.Scope.IsAll && !Index.All.Values.Any(other => other.Id != grant.Id && IsLastingAdmin(other))
            ? $"'{grant.Name}' is the last admin token; create another one first"
            : null;

    private bool IsLastingAdmin(AccessToken token) => token.Role == Role.Admin && token.Scope.IsAll && !token.IsExpired(Now);
}
