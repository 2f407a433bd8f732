using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>Makes, lists and revokes keys of the Route 53 API.</summary>
/// <param name="log">Where keys are kept.</param>
/// <param name="index">What requests are judged by; follows the log.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="time">Dates them.</param>
/// <param name="random">Fills a buffer with octets that nobody can guess.</param>
/// <param name="logger">Is told when the log cannot be read.</param>
public sealed class AccessKeyService(
    IChangeLog log, AccessKeyIndex index, AccessLimits limits, TimeProvider time, Action<Span<byte>> random, ILogger<AccessKeyService> logger)
    : GrantService<AccessKey>(DocumentKinds.AccessKey, "access key", log, index, limits, time, logger)
{
    protected override (AccessKey Grant, string Secret) Make(NewToken wanted, Role role, ZoneScope scope, string author, DateTimeOffset at)
    {
        (string id, string secret) = AccessKeyText.Create(random);
        AccessKey key = new()
        {
            Id = id,
            Secret = secret,
            Name = wanted.Name,
            Role = role,
            Scope = scope,
            CreatedAt = at,
            CreatedBy = author,
            ExpiresAt = wanted.ExpiresAt,
        };
        return (key, secret);
    }

    protected override byte[] Write(AccessKey grant) => AccessKeyDocument.Write(grant);

    protected override AccessKey? TryRead(string id, ReadOnlyMemory<byte> body) => AccessKeyDocument.TryRead(id, body);
}
