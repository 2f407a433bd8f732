using System.Collections.Immutable;
using System.Diagnostics;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.State;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Resolving;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>
/// Loads configurations and hands those without errors to health checks and data plane. One that has errors changes
/// nothing: what was served goes on being served, and everybody who asks is told why.
/// </summary>
public sealed class ConfigurationPublisher : IDisposable
{
    // How often new members are looked at while a reload waits for their first verdicts.
    private static readonly TimeSpan VerdictPollInterval = TimeSpan.FromMilliseconds(20);

    // 64 KiB to 64 MiB of files. What they were read into takes some thirty times as much.
    private const long KeptLoadLengthMax = 1024 * 1024;

    private readonly PublisherParts _parts;
    private readonly ILogger _logger;
    private readonly ConfigurationLoader _loader;
    private readonly LastGoodConfiguration? _lastGood;
    private readonly ReloadGuard _guard;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ConfigurationStatus _status;
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
        _guard = new ReloadGuard(source, parts.Health, parts.Observed, parts.Time);
        Changes = new FileChangeService(this);
        _lastGood = stateDirectory is null ? null : new LastGoodConfiguration(stateDirectory);
        _status = new ConfigurationStatus { State = ConfigurationState.Ok, Source = source };
    }

    public string Source { get; }

    /// <summary>Whether the newest configuration is served.</summary>
    public ConfigurationStatus Status => _status;

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
        ConfigurationStatus refused = _status;
        if (_lastGood?.TryLoad(LoaderOptions, out _) is not { Model: not null } saved
            || !await TryPublishAsync(saved, "the last good configuration", cancellationToken))
        {
            _status = refused;
            return false;
        }
        _status = refused with { LoadedAt = _parts.Time.GetUtcNow() };
        Metrics.OnOlderServed();
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
            Refuse(errors, before);
            return false;
        }
        if (before is not null && !_guard.Admits(before, snapshot, loaded))
        {
            Hold(before);
            return false;
        }
        bool isUnchanged = before is not null && before.Revision.Digest == revision.Digest && ReferenceEquals(before.Places, snapshot.Places);
        if (!isUnchanged)
        {
            _parts.History?.KeepConfiguration(loaded);
            await PublishAsync(snapshot, before, cancellationToken);
        }
        Keep(loaded, revision);
        Accept(loaded, snapshot, before, isUnchanged, Stopwatch.GetElapsedTime(startedAt), reason);
        return true;
    }

    private async Task<ChangeOutcome> ChangeOverridesInTurnAsync(ProposedChange change, CancellationToken cancellationToken)
    {
        if (_beside is not { } path || _lastGood?.TryOpen(out _) is not { } served || _parts.DataPlane.Snapshot is not { } before)
        {
            return new ChangeOutcome.Unavailable(
                RefusalKind.Invalid, $"overrides are kept in the state directory, and this server has none: start it with --state DIR, or write them into {Source}");
        }
        OperatorWords words = OperatorWords.Read(_parts.Files, path, LoaderOptions.Limits.MaxFileLength);
        foreach (DocumentChange one in change.Changes)
        {
            string name = one.Key.Name;
            if (!words.Has(name) && before.Model.Overrides.ContainsKey(name))
            {
                return new ChangeOutcome.ReadOnly(Source);
            }
            if (one.Body is null && !words.Has(name))
            {
                return new ChangeOutcome.Conflict(one.Key, null, 0);
            }
            words = one.Body is { } body ? words.With(name, body.Memory) : words.Without(name);
        }
        LoadResult loaded = new ConfigurationLoader(served.With(path, words.ToFile()), LoaderOptions).Load(served.Root);
        if (loaded.Model is null)
        {
            return new ChangeOutcome.Invalid([.. loaded.Errors.Select(error => new ChangeError(null, "", error.Message, error.Suggestion))]);
        }
        if (change.DryRun)
        {
            return new ChangeOutcome.Unchanged(null);
        }
        AtomicFile.Write(path, words.ToFile());
        _guard.Approve(loaded.Digest);
        if (!await TryPublishInTurnAsync(loaded, $"an override by {change.Author}", cancellationToken))
        {
            return new ChangeOutcome.Unavailable(RefusalKind.Busy, "it is kept, and not served; the server's status says why");
        }
        long number = _parts.DataPlane.Snapshot?.Revision.Number ?? 0;
        // Looks at the files again, should they say something else: status and guard must not forget it.
        await TryPublishInTurnAsync(_loader.Load(Source), "looked at after an override", cancellationToken);
        return new ChangeOutcome.Accepted(
            new Revision
            {
                Number = number,
                At = _parts.Time.GetUtcNow(),
                Author = change.Author,
                Origin = change.Origin,
                Message = change.Message,
                Reason = change.Reason,
                ChangeCount = change.Changes.Length,
                DocumentCount = 0,
                StateHash = default,
                Hash = default,
            },
            []);
    }

    private async Task PublishAsync(DataPlaneSnapshot snapshot, DataPlaneSnapshot? before, CancellationToken cancellationToken)
    {
        _parts.Health.Reconfigure(snapshot);
        ImmutableArray<OutsideName> awaited = _parts.Outside?.Follow(snapshot.OutsideNames, snapshot.Model.Resolvers) ?? [];
        if (before is not null)
        {
            // Health looks at new members already: with their verdicts known, the first answer of the new revision is right.
            await WaitForVerdictsAsync(snapshot, snapshot.Model.WarmUpLimit, cancellationToken);
            await (_parts.Outside?.WaitAsync(awaited, snapshot.Model.WarmUpLimit, cancellationToken) ?? Task.CompletedTask);
        }
        _parts.DataPlane.Publish(snapshot, _parts.Health);
    }

    private async Task WaitForVerdictsAsync(DataPlaneSnapshot snapshot, TimeSpan limit, CancellationToken cancellationToken)
    {
        long startedAt = _parts.Time.GetTimestamp();
        while (true)
        {
            int unknown = snapshot.Members.Count(
                slot => slot.Monitor is not null && _parts.Health.GetVerdict(slot.Key).State == HealthState.Unknown);
            if (unknown == 0)
            {
                return;
            }
            if (_parts.Time.GetElapsedTime(startedAt) >= limit)
            {
                _logger.NewMembersUnknown(unknown, $"{limit.TotalSeconds:0.#} s");
                return;
            }
            await Task.Delay(VerdictPollInterval, _parts.Time, cancellationToken);
        }
    }

    private void Refuse(ImmutableArray<ConfigurationError> errors, DataPlaneSnapshot? before)
    {
        _status = _status with
        {
            State = ConfigurationState.Broken,
            RefusedAt = _parts.Time.GetUtcNow(),
            Errors = [.. errors.Select(error => error.ToString())],
        };
        Metrics.OnRefused();
        _logger.Refused(errors.Length, before is null ? "nothing is served yet" : $"revision {before.Revision.Number} goes on being served");
        foreach (ConfigurationError error in errors)
        {
            _logger.ConfigurationFault(error.ToString());
        }
    }

    private void Hold(DataPlaneSnapshot before)
    {
        PendingChange pending = _guard.Pending!; // Held right before.
        _status = _status with
        {
            State = ConfigurationState.Held,
            RefusedAt = _parts.Time.GetUtcNow(),
            Errors = [.. pending.Guard.Select(finding => $"the guard holds it ({pending.Id}): {finding.Message}")],
        };
        Metrics.OnRefused();
        _logger.ReloadHeld(pending.Id, before.Revision.Number, string.Join("; ", pending.Guard.Select(finding => finding.Message)));
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

    private void Accept(
        LoadResult loaded, DataPlaneSnapshot snapshot, DataPlaneSnapshot? before, bool isUnchanged, TimeSpan elapsed, string reason)
    {
        _status = new ConfigurationStatus { State = ConfigurationState.Ok, Source = Source, LoadedAt = _parts.Time.GetUtcNow() };
        bool isLarge = loaded.Documents.Sum(document => (long)(document.Content?.Length ?? 0)) > KeptLoadLengthMax;
        _served = new ServedLoad(isLarge ? null : loaded, loaded.Digest, snapshot.Revision.Number);
        Metrics.OnAccepted(snapshot.Revision.Number);
        foreach (ConfigurationError warning in loaded.Warnings)
        {
            _logger.ConfigurationWarning(warning.ToString());
        }
        if (isUnchanged)
        {
            _logger.Unchanged(snapshot.Revision.Number, reason);
            return;
        }
        MeridianModel model = snapshot.Model;
        _logger.Published(
            snapshot.Revision.Number, model.Zones.Count, model.Pools.Count, model.Policies.Count, (long)elapsed.TotalMilliseconds, reason);
        if (before is not null && !SameListen(before.Model.Listen, model.Listen))
        {
            _logger.ListenChanged();
        }
    }

    private sealed record ServedLoad(LoadResult? Loaded, string Digest, long Revision);

    private static bool SameListen(ListenModel left, ListenModel right) =>
        left.Dns.SequenceEqual(right.Dns) && left with { Dns = [] } == right with { Dns = [] };
}

/// <summary>What a <see cref="ConfigurationPublisher"/> works with.</summary>
public sealed record PublisherParts
{
    public required IConfigurationFiles Files { get; init; }

    public required ConfigurationCompiler Compiler { get; init; }

    public required RevisionLedger Ledger { get; init; }

    public required ConfigurationWatcher Watcher { get; init; }

    public required HealthEngine Health { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>Resolves names outside; null leaves them unresolved.</summary>
    public OutsideResolver? Outside { get; init; }

    /// <summary>Decides whether a newer location database may be used; null uses every one.</summary>
    public PlaceDatabaseGate? Places { get; init; }

    /// <summary>Remembers what was served; null remembers nothing.</summary>
    public HistoryJournal? History { get; init; }

    /// <summary>What was asked lately, for the guard; null when nobody counts.</summary>
    public IObservedVolumes? Observed { get; init; }

    public required TimeProvider Time { get; init; }
}
