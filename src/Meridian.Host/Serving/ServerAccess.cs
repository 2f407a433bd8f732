using System.Security.Cryptography;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>Who may use the endpoint of a running server: tokens, the local key, throttling, the audit log.</summary>
internal sealed class ServerAccess : IAsyncDisposable
{
    /// <summary>The file of the first token, in the state directory.</summary>
    public const string FirstTokenFileName = "admin-token";

    // The uses of tokens that a crash may forget: a minute of them is of no interest to anybody.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    private readonly TokenIndex _index;
    private readonly ChangeAudit _audit;
    private readonly AccessKeyIndex _keys;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private DateTimeOffset _savedAt;

    private ServerAccess(TokenIndex index, AccessKeyIndex keys, EndpointAccess access, ChangeAudit audit, TimeProvider time, ILogger logger)
    {
        (_index, _keys, Endpoint, _audit, _time, _logger) = (index, keys, access, audit, time, logger);
        _savedAt = time.GetUtcNow();
    }

    /// <summary>What the endpoint judges requests by.</summary>
    public EndpointAccess Endpoint { get; }

    /// <summary>Opens what was kept.</summary>
    /// <param name="model">What the configuration says.</param>
    /// <param name="authority">Where it is kept, and where tokens are.</param>
    /// <param name="updates">Where dynamic updates came from.</param>
    /// <param name="time">Dates, expiry, throttling.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The audit log cannot be opened.</exception>
    public static async Task<ServerAccess> OpenAsync(
        MeridianModel model,
        IConfigurationAuthority authority,
        UpdateSources updates,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        (string? stateDirectory, IChangeLog log) = (authority.StateDirectory, authority.Log);
        ILogger logger = loggers.CreateLogger<ServerAccess>();
        AccessLimits limits = new();
        TokenIndex index = new(new TokenUses(stateDirectory));
        TokenService tokens = new(log, index, limits, time, RandomNumberGenerator.Fill, loggers.CreateLogger<TokenService>());
        await tokens.LoadAsync(cancellationToken);
        AccessKeyIndex keyIndex = new(index.Uses);
        AccessKeyService keys = new(log, keyIndex, limits, time, RandomNumberGenerator.Fill, loggers.CreateLogger<AccessKeyService>());
        await keys.LoadAsync(cancellationToken);
        LoginThrottle throttle = new(limits, time);
        Role local = model.Access.Local switch
        {
            LocalAccess.None => Role.None,
            LocalAccess.Operator => Role.Operator,
            LocalAccess.Editor => Role.Editor,
            LocalAccess.Admin => Role.Admin,
            _ => Role.Viewer,
        };
        EndpointAccess access = new()
        {
            Authenticator = new Authenticator(index, throttle, local, time),
            Throttle = throttle,
            Audit = new AuditLog(stateDirectory, limits, time, loggers.CreateLogger<AuditLog>()),
            Tokens = tokens,
            Keys = keys,
        };
        ChangeAudit audit = new(access.Audit, log, updates, time, loggers.CreateLogger<ChangeAudit>());
        ServerAccess opened = new(index, keyIndex, access, audit, time, logger);
        if (index.All.Count == 0 && stateDirectory is not null)
        {
            await opened.CreateFirstTokenAsync(stateDirectory, cancellationToken);
        }
        return opened;
    }

    /// <summary>Writes the key for commands on this machine, once the port is known.</summary>
    public void OpenLocalKey(int port)
    {
        string directory = LocalKey.DefaultDirectory(Environment.GetEnvironmentVariable, Environment.UserName);
        try
        {
            Endpoint.Authenticator.LocalKey = LocalKey.Create(directory, port, RandomNumberGenerator.Fill);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tokens work without it; only commands on this machine then need one.
            HostLog.NoLocalKey(_logger, e.Message);
        }
    }

    /// <summary>Keeps the indexes and the audit log as the change log is, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Endpoint.Tokens.FollowAsync(cancellationToken), Endpoint.Keys.FollowAsync(cancellationToken), _audit.RunAsync(cancellationToken));

    /// <summary>Keeps what changes all the time; called every second.</summary>
    public void Tick()
    {
        if (_time.GetUtcNow() - _savedAt >= SaveInterval)
        {
            Save();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Save();
        Endpoint.Authenticator.LocalKey?.Dispose();
        await Endpoint.Audit.DisposeAsync();
    }

    private void Save()
    {
        _savedAt = _time.GetUtcNow();
        try
        {
            _index.Uses.Save(id => _index.Find(id) is not null || _keys.Find(id) is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HostLog.StateNotKept(_logger, e.Message);
        }
    }

    // To a file, not to the log: logs are kept, copied and read by many.
    private async Task CreateFirstTokenAsync(string stateDirectory, CancellationToken cancellationToken)
    {
        NewToken wanted = new() { Name = "first-run", Role = Role.Admin.ToWord() };
        GrantResult<AccessToken> result = await Endpoint.Tokens.CreateAsync(wanted, "meridian", isTrial: false, cancellationToken);
        if (result.Secret is not { } secret)
        {
            return;
        }
        string path = Path.Combine(stateDirectory, FirstTokenFileName);
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using (StreamWriter writer = new(new FileStream(path, options)))
        {
            await writer.WriteLineAsync(secret.AsMemory(), cancellationToken);
        }
        HostLog.FirstToken(_logger, path);
        await Endpoint.Audit.TryWriteAsync(
            new AuditEntry
            {
                Who = "meridian",
                Role = Role.Admin.ToWord(),
                Action = "createToken",
                Outcome = AuditOutcomes.Done,
                Target = $"access-token/{result.Grant?.Id} (first-run, admin, all zones)",
                Revision = result.Revision,
            },
            cancellationToken);
    }
}
