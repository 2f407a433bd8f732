using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Http.Documents;
using Meridian.Control.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>Files are the truth: they are watched, and what changes in them is served. Nothing else changes the configuration.</summary>
internal sealed class FileAuthority : IConfigurationAuthority
{
    private readonly IConfigurationFiles _files;
    private readonly ConfigurationWatcher _watcher;
    private readonly string _source;
    private readonly IChangeLog _log;
    private LoadResult? _loaded;
    private ConfigurationPublisher? _publisher;
    private LoadedDocuments? _documents;

    /// <summary>The folder in the state directory for documents that are no configuration.</summary>
    private const string StoreDirectoryName = "tokens";

    /// <exception cref="ChangeLogException">What an earlier run kept cannot be opened.</exception>
    public FileAuthority(ServeOptions options, string source, IConfigurationFiles files, TimeProvider time, ILoggerFactory loggers)
    {
        _files = files;
        _source = source;
        _watcher = new ConfigurationWatcher(files, time, new ConfigurationWatcherOptions());
        ConfigurationLoaderOptions loading = ConfigurationCompiler.LoaderOptions(time);
        _loaded = new ConfigurationLoader(files, loading).Load(source);
        StateDirectory = options.StateDirectory ?? _loaded.Model?.StateDirectory;
        if (StateDirectory is { } state && OperatorWords.PathIn(state) is var words && files.GetStamp(words) is not null)
        {
            // The files say where the state is, and the state may hold more than the files say.
            _loaded = new ConfigurationLoader(files, loading with { Beside = words }).Load(source);
        }
        _log = StateDirectory is null
            ? new MemoryChangeLog(time)
            : SqliteChangeLog.Open(
                new StoreOptions { Directory = Path.Combine(StateDirectory, StoreDirectoryName) }, time, loggers.CreateLogger<SqliteChangeLog>());
    }

    public string? StateDirectory { get; }

    public IChangeService Changes => Publisher.Changes;

    public IChangeLog Log => _log;

    public IDocumentSource Documents => _documents ??= new LoadedDocuments(() => Publisher.Served);

    public IStagedChanges? Staged => null;

    public IPlannedChanges? Planned => null;

    public StoredConfigurations? Stored => null;

    public LoadResult? Loaded => Publisher.Served?.Loaded;

    public ControlMetrics Metrics => Publisher.Metrics;

    public long ServedRevision => 0;

    public ConfigurationStatus Status => Publisher.Status;

    private ConfigurationPublisher Publisher => _publisher ?? throw new InvalidOperationException("The files have not been loaded.");

    public async Task<string?> TryStartAsync(AuthorityParts parts, CancellationToken cancellationToken)
    {
        RevisionLedger ledger = new(StateDirectory, parts.Time);
        if (ledger.Problem is { } problem)
        {
            HostLog.StateUnreadable(parts.Loggers.CreateLogger<FileAuthority>(), problem);
        }
        _publisher = new ConfigurationPublisher(
            _source,
            new PublisherParts
            {
                Files = _files,
                Compiler = parts.Compiler,
                Ledger = ledger,
                Watcher = _watcher,
                Checks = parts.Checks,
                DataPlane = parts.DataPlane,
                Time = parts.Time,
                Places = parts.Places,
                History = parts.History,
                Observed = parts.Observed,
            },
            StateDirectory,
            parts.Loggers.CreateLogger<ConfigurationPublisher>());
        LoadResult loaded = _loaded ?? throw new InvalidOperationException("The files are started once.");
        // What was read of a large zone takes more memory than serving it; from here on the publisher decides what is kept.
        _loaded = null;
        return await _publisher.StartAsync(loaded, cancellationToken)
            ? null
            : $"{_source}: the configuration cannot be served; correct what is listed above, and try it with 'meridian check {_source}'";
    }

    public Task RunAsync(CancellationToken cancellationToken) => _watcher.RunAsync(Publisher.ReloadAsync, cancellationToken);

    public void RequestReload(ReloadReason reason = ReloadReason.Requested) => _watcher.RequestReload(reason);

    public async ValueTask DisposeAsync()
    {
        _publisher?.Dispose();
        await _log.DisposeAsync();
    }
}
