using System.Globalization;
using System.Security.Cryptography;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Http;

/// <summary>Access with tokens in memory. Requests of this machine may do, without a token, what the role says.</summary>
internal sealed class AccessUnderTest : IAsyncDisposable
{
    public AccessUnderTest(Role local = Role.Operator, TimeProvider? time = null, string? stateDirectory = null, AccessLimits? limits = null)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        AccessLimits bounds = limits ?? new AccessLimits();
        Log = new MemoryChangeLog(clock);
        Index = new TokenIndex(new TokenUses(stateDirectory));
        LoginThrottle throttle = new(bounds, clock);
        Endpoint = new EndpointAccess
        {
            Authenticator = new Authenticator(Index, throttle, local, clock),
            Throttle = throttle,
            Audit = new AuditLog(stateDirectory, bounds, clock, NullLogger<AuditLog>.Instance),
            Tokens = new TokenService(Log, Index, bounds, clock, RandomNumberGenerator.Fill, NullLogger<TokenService>.Instance),
            Keys = new AccessKeyService(Log, new AccessKeyIndex(Index.Uses), bounds, clock, RandomNumberGenerator.Fill, NullLogger<AccessKeyService>.Instance),
        };
    }

    public IChangeLog Log { get; }

    public TokenIndex Index { get; }

    public EndpointAccess Endpoint { get; }

    /// <summary>Makes a token and gives its secret.</summary>
    public async Task<string> TokenAsync(string role, params string[] zones)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{role}-{Index.All.Count}");
        GrantResult<AccessToken> made = await Endpoint.Tokens.CreateAsync(
            new NewToken { Name = name, Role = role, Zones = [.. zones] }, "test", isTrial: false, TestContext.Current.CancellationToken);
        Assert.NotNull(made.Secret);
        return made.Secret;
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.Audit.DisposeAsync();
        await Log.DisposeAsync();
    }
}
