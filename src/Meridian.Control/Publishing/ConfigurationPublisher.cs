using System.Collections.Immutable;
using System.Diagnostics;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Configuration;
using Meridian.Control.Http;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>
/// Loads configurations and hands those without errors to health checks and data plane. One that has errors changes
/// nothing: what was served goes on being served, and everybody who asks is told why.
/// </summary>
public sealed class ConfigurationPublisher : IDisposable
{
    // 64 KiB to 64 MiB of files. What they were read into takes some thirty times as much.
    private const long KeptLoadLengthMax = 1024 * 1024;

    private readonly PublisherParts _parts;
    private readonly ILogger _logger;
    private readonly ConfigurationLoader _loader;
    private readonly LastGoodConfiguration? _lastGood;
    private readonly ReloadGuard _guard;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LoadReports _reports;
    private readonly FileOverrides _overrides;
    private readonly string? _beside;
    private volatile ServedLoad? _served;

    /// <param name="source">The file or directory that is the truth.</param>
    /// <param name="parts">What it works with.</param>
    /// <param name="stateDirectory">Where the last good configuration is kept; null keeps none.</param>
    /// <param name="logger">What became of each load.</param>
    public ConfigurationPublisher(string source, PublisherParts parts, string? stateDirectory, ILogger<ConfigurationPublisher> logger)
    {
        Source = source;
        _parts = parts;
        _logger = logger;
        _beside = stateDirectory is null ? null : OperatorWords.PathIn(stateDirectory);
        _loader = new ConfigurationLoader(parts.Files, LoaderOptions);
        _guard = new ReloadGuard(source, parts.Checks.Verdicts, parts.Observed, parts.Time);
        Changes = new FileChangeService(this);
        _lastGood = stateDirectory is null ? null : new LastGoodConfiguration(stateDirectory);
        _reports = new LoadReports(source, parts.Time, Metrics, logger);
        _overrides = new FileOverrides(source, _beside, _lastGood, parts);
    }

    public string Source { get; }

    /// <summary>Whether the newest configuration is served.</summary>
    public ConfigurationStatus Status => _reports.Status;

    public ControlMetrics Metrics { get; } = new();

    /// <summary>The front door for changes: read-only but for a reload that waits.</summary>
    public IChangeService Changes { get; }

    /// <summary>The load that is served and its revision; null before the first.</summary>
    /// <remarks>A large one is not kept, but read again: null when the files say something else by now.</remarks>
    public (LoadResult Loaded, long Revision)? Served
    {
        get
        {
            if (_served is not { } served)
            {
                return null;
            }
            LoadResult loaded = served.Loaded ?? _loader.Load(Source);
            return loaded.Digest == served.Digest ? (loaded, served.Revision) : null;
        }
    }

    private ConfigurationLoaderOptions LoaderOptions => ConfigurationCompiler.LoaderOptions(_parts.Time) with { Beside = _beside };

    /// <summary>A reload that the guard holds; null when none is.</summary>
    internal PendingChange? Pending => _guard.Pending;

    /// <summary>
    /// The first load. Falls back to the last configuration that was good, when there is one: a server that restarts
    /// while its files are broken goes on with what it had.
    /// </summary>
    /// <param name="loaded">What <see cref="Source"/> holds.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>False when there is nothing to serve; the errors are logged and in <see cref="Status"/>.</returns>
    public async Task<bool> StartAsync(LoadResult loaded, CancellationToken cancellationToken)
    {
        // A restart is no way round the guard: what was served last is served first, and the files are compared with it.
        if (loaded.Model is not null && _lastGood?.TryLoad(LoaderOptions, out _) is { Model: not null } last && last.Digest != loaded.Digest)
        {
            await TryPublishAsync(last, "the last good configuration", cancellationToken);
        }
        if (await TryPublishAsync(loaded, "start", cancellationToken))
        {
            return true;
        }
        if (_guard.Pending is not null)
        {
            _parts.Watcher.Watch(loaded);
            return true;
        }
        ConfigurationStatus refused = Status;
        if (_lastGood?.TryLoad(LoaderOptions, out _) is not { Model: not null } saved
            || !await TryPublishAsync(saved, "the last good configuration", cancellationToken))
        {
            _reports.GoBackTo(refused);
            return false;
        }
        _reports.OlderServed(refused);
        _parts.Watcher.Watch(loaded);
        return true;
    }

    /// <summary>Loads anew and publishes what changed; a refused configuration is logged and shown, never thrown.</summary>
    public Task ReloadAsync(ReloadReason reason, CancellationToken cancellationToken) => TryPublishAsync(
        _loader.Load(Source),
        reason switch
        {
            ReloadReason.FilesChanged => "files changed",
            ReloadReason.StateExpired => "a forced state ended",
            ReloadReason.PlacesChanged => "another location database",
            _ => "requested",
        },
        cancellationToken);

    /// <summary>Lets a reload through that the guard holds, if the files still say the same.</summary>
    internal async Task<bool> TryApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken)
    {
        if (!_guard.TryApprove(id))
        {
            return false;
        }
        _logger.ReloadApproved(id, approver, reason ?? "no reason given");
        return await TryPublishAsync(_loader.Load(Source), $"approved by {approver}", cancellationToken);
    }

    /// <summary>Writes or deletes overrides. Their base is what is served: files that are broken or held must not stand in the way at night.</summary>
    internal async Task<ChangeOutcome> ChangeOverridesAsync(ProposedChange change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ChangeOverridesInTurnAsync(change, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Metrics.Dispose();
        _turn.Dispose();
    }

    private async Task<bool> TryPublishAsync(LoadResult loaded, string reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await TryPublishInTurnAsync(loaded, reason, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> TryPublishInTurnAsync(LoadResult loaded, string reason, CancellationToken cancellationToken)
    {
        long startedAt = Stopwatch.GetTimestamp();
        _parts.Watcher.Watch(loaded);
        RevisionInfo revision = _parts.Ledger.Propose(loaded.Digest);
        DataPlaneSnapshot? before = _parts.DataPlane.Snapshot;
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) = _parts.Places is { } gate
            ? gate.Compile(_parts.Compiler, loaded, revision, before)
            : _parts.Compiler.Compile(loaded, revision, before);
        if (snapshot is null)
        {
            _reports.Refused(errors, before);
            return false;
        }
        if (before is not null && !_guard.Admits(before, snapshot, loaded))
        {
            _reports.Held(_guard.Pending!, before); // Held right before.
            return false;
        }
        bool isUnchanged = before is not null && before.Revision.Digest == revision.Digest && ReferenceEquals(before.Places, snapshot.Places);
        if (!isUnchanged)
        {
            _parts.History?.KeepConfiguration(loaded);
            await PublishAsync(snapshot, before, cancellationToken);
        }
        Keep(loaded, revision);
        bool isLarge = loaded.Documents.Sum(document => (long)(document.Content?.Length ?? 0)) > KeptLoadLengthMax;
        _served = new ServedLoad(isLarge ? null : loaded, loaded.Digest, snapshot.Revision.Number);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
        _reports.Accepted(new AcceptedLoad(loaded, snapshot, before, isUnchanged, elapsed, reason));
        return true;
    }

    private async Task<ChangeOutcome> ChangeOverridesInTurnAsync(ProposedChange change, CancellationToken cancellationToken)
    {
        if (!_overrides.TryPrepare(change, LoaderOptions, out PreparedOverrides? prepared, out ChangeOutcome? settled))
        {
            return settled;
        }
        prepared.Keep();
        _guard.Approve(prepared.Loaded.Digest);
        if (!await TryPublishInTurnAsync(prepared.Loaded, $"an override by {change.Author}", cancellationToken))
        {
            return new ChangeOutcome.Unavailable(RefusalKind.Busy, "it is kept, and not served; the server's status says why");
        }
        long number = _parts.DataPlane.Snapshot?.Revision.Number ?? 0;
        // Looks at the files again, should they say something else: status and guard must not forget it.
        await TryPublishInTurnAsync(_loader.Load(Source), "looked at after an override", cancellationToken);
        return _overrides.AcceptedAs(number, change);
    }

    private async Task PublishAsync(DataPlaneSnapshot snapshot, DataPlaneSnapshot? before, CancellationToken cancellationToken)
    {
        ImmutableArray<OutsideName> awaited = _parts.Checks.Serve(snapshot);
        if (before is not null)
        {
            // Health looks at new members already: with their verdicts known, the first answer of the new revision is right.
            await _parts.Checks.WaitAsync(snapshot, awaited, cancellationToken);
        }
        _parts.DataPlane.Publish(snapshot, _parts.Checks.Verdicts);
    }

    private void Keep(LoadResult loaded, RevisionInfo revision)
    {
        try
        {
            _parts.Ledger.Commit(revision);
            _lastGood?.Save(loaded);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Answering does not depend on it: a full disk must not stop a correct change.
            _logger.StateNotKept(e.Message);
        }
    }

    private sealed record ServedLoad(LoadResult? Loaded, string Digest, long Revision);
}
