using System.Collections.Immutable;
using System.Threading.Channels;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Http.Documents;
using Meridian.Control.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>The store is the truth: changes come through the front door, and a restart answers from what it holds.</summary>
internal sealed class StoreAuthority : IConfigurationAuthority
{
    private readonly SqliteChangeLog _log;
    private readonly IConfigurationFiles _files;
    private readonly ServeOptions _options;
    private readonly string _directory;
    private ChangeService? _service;
    private StagingService? _staging;
    private PlannedChangeService? _planned;
    private RevisionPublisher? _publisher;
    private DateTimeOffset _startedAt;

    // One request stands for all that come until it is followed.
    private readonly Channel<ReloadReason> _reloads = Channel.CreateBounded<ReloadReason>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private StoreAuthority(SqliteChangeLog log, string directory, ServeOptions options, IConfigurationFiles files)
    {
        (_log, _directory, _options, _files) = (log, directory, options, files);
        StateDirectory = options.StateDirectory ?? directory;
    }

    public string? StateDirectory { get; }

    public IChangeService Changes => Service;

    public IChangeLog Log => _log;

    public IDocumentSource Documents => new LogDocuments(_log);

    public IStagedChanges? Staged => _staging;

    public IPlannedChanges? Planned => _planned;

    public StoredConfigurations? Stored => new(_log, BaseDirectory);

    public LoadResult? Loaded => Service.Loaded;

    public ControlMetrics Metrics { get; } = new();

    public long ServedRevision => _publisher?.Served ?? 0;

    public ConfigurationStatus Status => new()
    {
        State = Service.Problem is null ? ConfigurationState.Ok : ConfigurationState.Broken,
        Source = _directory,
        LoadedAt = _log.Head?.At ?? _startedAt,
        Errors = Service.Problem is { } problem ? [problem] : [],
    };

    private ChangeService Service => _service ?? throw new InvalidOperationException("The store has not been read.");

    /// <summary>Opens the store.</summary>
    /// <returns>Null with the problem in words when it cannot be opened.</returns>
    public static StoreAuthority? TryOpen(
        ServeOptions options, string directory, IConfigurationFiles files, TimeProvider time, ILoggerFactory loggers, out string? problem)
    {
        try
        {
            problem = null;
            SqliteChangeLog log = SqliteChangeLog.Open(new StoreOptions { Directory = directory }, time, loggers.CreateLogger<SqliteChangeLog>());
            return new StoreAuthority(log, directory, options, files);
        }
        catch (ChangeLogException e)
        {
            problem = e.Message;
            return null;
        }
    }

    public async Task<string?> TryStartAsync(AuthorityParts parts, CancellationToken cancellationToken)
    {
        _startedAt = parts.Time.GetUtcNow();
        if (_log.Head is null && _options.Path is { } first && await ImportAsync(first, parts, cancellationToken) is { } failure)
        {
            return failure;
        }
        RevisionLedger ledger = new(StateDirectory, parts.Time);
        if (ledger.Problem is { } problem)
        {
            HostLog.StateUnreadable(parts.Loggers.CreateLogger<StoreAuthority>(), problem);
        }
        _publisher = new RevisionPublisher(parts.Checks, parts.DataPlane, Metrics, parts.Time);
        _service = new ChangeService(
            new ChangeServiceParts
            {
                Log = _log,
                Files = _files,
                BaseDirectory = BaseDirectory,
                Compiler = parts.Compiler,
                Ledger = ledger,
                Publisher = _publisher,
                Keep = _log.Keep,
                Verdicts = parts.Health,
                Observed = parts.Observed,
                Places = parts.Places,
                History = parts.History,
                Time = parts.Time,
            },
            parts.Loggers.CreateLogger<ChangeService>());
        _staging = new StagingService(
            _service,
            new StagingParts
            {
                DataPlane = parts.DataPlane,
                Verdicts = parts.Health,
                Checks = parts.Checks,
                Volumes = parts.Volumes,
                Time = parts.Time,
            },
            parts.Loggers.CreateLogger<StagingService>());
        _planned = new PlannedChangeService(
            _service,
            new PlannedParts { DataPlane = parts.DataPlane, Verdicts = parts.Health, MeasuredTail = parts.MeasuredTail, Time = parts.Time },
            parts.Loggers.CreateLogger<PlannedChangeService>());
        ImmutableArray<ChangeError> errors = await _service.StartAsync(cancellationToken);
        return errors.IsEmpty
            ? null
            : $"{_directory}: revision {_log.Head?.Number} of the store cannot be served by this version:\n{string.Join('\n', errors)}";
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task staging = _staging!.RunAsync(stopping.Token); // Made with the service.
        Task planned = _planned!.RunAsync(stopping.Token); // Made with the service.
        Task following = Service.RunAsync(stopping.Token);
        Task renewing = RenewAsync(stopping.Token);
        Task first = await Task.WhenAny(staging, planned, following, renewing);
        await stopping.CancelAsync();
        await Task.WhenAll(first, staging, planned, following, renewing);
    }

    // Documents are seen at once; the files that they name, and the location database, are not in the store.
    public void RequestReload(ReloadReason reason = ReloadReason.Requested) => _reloads.Writer.TryWrite(reason);

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        Metrics.Dispose();
        await _log.DisposeAsync();
    }

    private string BaseDirectory => Path.GetFullPath(_directory);

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ReloadReason _ in _reloads.Reader.ReadAllAsync(cancellationToken))
            {
                await Service.RenewAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Puts the files of the command line into an empty store.</summary>
    private async Task<string?> ImportAsync(string path, AuthorityParts parts, CancellationToken cancellationToken)
    {
        ConfigurationLoader loader = new(_files, ConfigurationCompiler.LoaderOptions(parts.Time));
        LoadResult loaded = parts.Compiler.Check(loader, path);
        if (loaded.Model is null)
        {
            return $"{string.Join('\n', loaded.Errors)}\n{path}: the configuration has errors and was not imported";
        }
        ChangeSet changes = new()
        {
            Changes = ConfigurationImport.ToDocuments(loaded),
            Author = Environment.UserName,
            Origin = ChangeOrigin.File,
            Message = $"import {path}",
        };
        return await _log.AppendAsync(changes, cancellationToken) is AppendResult.Refused refused ? refused.Words : null;
    }
}
