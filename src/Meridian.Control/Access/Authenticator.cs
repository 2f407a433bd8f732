using System.Net;

namespace Meridian.Control.Access;

/// <summary>What came of looking at a request's credentials.</summary>
/// <param name="Principal">Who asks; null when the credential is not good.</param>
/// <param name="Problem">What is wrong with the credential; null when nothing is.</param>
/// <param name="Wait">How long the address has to wait before it may try again; zero when it may.</param>
public readonly record struct Authentication(Principal? Principal, string? Problem, TimeSpan Wait);

/// <summary>Finds out who asks.</summary>
/// <param name="tokens">The tokens there are.</param>
/// <param name="throttle">Slows down guessing.</param>
/// <param name="localRole">What a request from this machine may do without any credential.</param>
/// <param name="time">Expiry is judged by it.</param>
public sealed class Authenticator(TokenIndex tokens, LoginThrottle throttle, Role localRole, TimeProvider time)
{
    private volatile LocalKey? _localKey;

    // What an unknown id is compared with, so that it takes as long as a known one.
    private static readonly byte[] NoHash = new byte[32];

    /// <summary>The key that this machine's user can read; null for none.</summary>
    public LocalKey? LocalKey
    {
        get => _localKey;
        set => _localKey = value;
    }

    /// <summary>Judges a credential.</summary>
    /// <param name="credential">The token or key as it came; null when there is none.</param>
    /// <param name="from">Where from.</param>
    /// <param name="isLocal">Whether the request certainly comes from this machine.</param>
    public Authentication Authenticate(string? credential, IPAddress from, bool isLocal)
    {
        if (credential is null)
        {
            bool hasRole = isLocal && localRole != Role.None;
            return new Authentication(
                new Principal
                {
                    Name = hasRole ? "local" : "anonymous",
                    Role = hasRole ? localRole : Role.None,
                    Scope = ZoneScope.All,
                    Credential = hasRole ? Credential.Local : Credential.None,
                    From = from,
                },
                null,
                TimeSpan.Zero);
        }
        TimeSpan wait = throttle.WaitOf(from);
        if (wait > TimeSpan.Zero)
        {
            return new Authentication(null, "too many failed attempts from this address", wait);
        }
        (Principal? principal, string problem) = Judge(credential, from, isLocal);
        if (principal is null)
        {
            throttle.OnFailure(from);
            return new Authentication(null, problem, TimeSpan.Zero);
        }
        return new Authentication(principal, null, TimeSpan.Zero);
    }

    private (Principal? Principal, string Problem) Judge(string credential, IPAddress from, bool isLocal)
    {
        if (isLocal && _localKey?.Matches(credential) == true)
        {
            return (new Principal { Name = "local", Role = Role.Admin, Scope = ZoneScope.All, Credential = Credential.LocalKey, From = from }, "");
        }
        bool isToken = TokenText.TryParse(credential, out string? id, out byte[] hash);
        AccessToken? token = id is null ? null : tokens.Find(id);
        bool isRight = token?.Matches(hash) ?? CompareWithNothing(hash);
        if (!isToken || token is null || !isRight)
        {
            return (null, "the token is not known: it is mistyped, or was revoked");
        }
        DateTimeOffset now = time.GetUtcNow();
        if (token.IsExpired(now))
        {
            return (null, $"the token expired on {token.ExpiresAt:u}");
        }
        tokens.Uses.Record(token.Id, new TokenUse(now, from.ToString()));
        Principal principal = new()
        {
            Name = token.Name,
            Role = token.Role,
            Scope = token.Scope,
            Credential = Credential.Token,
            TokenId = token.Id,
            From = from,
        };
        return (principal, "");
    }

    private static bool CompareWithNothing(byte[] hash)
    {
        _ = System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(hash, NoHash);
        return false;
    }
}
