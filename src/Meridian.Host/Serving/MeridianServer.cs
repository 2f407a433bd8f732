using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Drilling;
using Meridian.Control.History;
using Meridian.Control.Loads;
using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Control.Resolving;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Server;
using Meridian.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>
/// One running server. Starts in the order in which things are needed: configuration, sockets (static names are answered
/// from here on), the local endpoint, health checks; and stops in the reverse order.
/// </summary>
internal sealed class MeridianServer : IAsyncDisposable
{
    // A configuration of 10,000 names takes less; below it there is nothing worth the time.
    private const long LargeLoadOctets = 128 << 20;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ServeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly DateTimeOffset _startedAt;

    // Counts begin when it is made, so it is made first.
    private readonly MetricsCollector _metrics = new();
    private readonly DataPlane _dataPlane;
    private readonly ClientVolumes _volumes = new();
    private readonly ViewQueries _views = new();
    private readonly TtlDrift _drift;
    private readonly Observatory _observatory;
    private readonly DiskConfigurationFiles _files = new();
    private readonly PlaceDatabaseWatch _placesWatch;
    private readonly UpdateSources _updates;
    private PosixSignalRegistration? _hangUp;
    private IConfigurationAuthority? _authority;
    private KeptState? _kept;
    private HealthEngine? _health;
    private OutsideResolver? _outside;
    private HistoryJournal? _history;
    private HistoryReader? _past;
    private DnsServer? _dns;
    private SignedMessages? _signed;
    private ServerEndpoints? _endpoints;

    public MeridianServer(ServeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<MeridianServer>();
        _startedAt = time.GetUtcNow();
        _dataPlane = new DataPlane(time) { IsWarmingUp = true };
        _placesWatch = new PlaceDatabaseWatch(_files);
        _updates = new UpdateSources(time);
        _drift = new TtlDrift(time, loggers.CreateLogger<TtlDrift>());
        _observatory = Observatory.Create(_volumes, _dataPlane, _drift, time);
    }

    /// <summary>Loads, compiles and binds.</summary>
    /// <returns>Null when the server answers; otherwise what keeps it from it, for the person who started it.</returns>
    public async Task<string?> TryStartAsync(CancellationToken cancellationToken)
    {
        PlaceDatabaseCache places = PlaceDatabaseCache.CreateDefault();
        places.Prefetch();
        if (OpenAuthority(out string? problem) is not { } authority)
        {
            return problem;
        }
        _authority = authority;
        // From here on: unheard, this signal ends a process. What comes during the start is obeyed after it.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            authority.RequestReload();
        });
        _kept = new KeptState(authority.StateDirectory, _dataPlane, _observatory, _logger);
        _kept.Restore();
        PlaceDatabaseGate gate = new(places, authority.StateDirectory, _time, _loggers.CreateLogger<PlaceDatabaseGate>());
        OutsideResolver outside = _outside = CreateOutside(_kept.LoadResolutions());
        HealthEngine health = _health = HealthEngine.Create(
            _dataPlane, authority.StateDirectory, new HealthOptions(), _time, _loggers, new OutsideNameResolver(outside, new SystemNameResolver()));
        outside.Notice = news => health.Announce(OutsideNameResolver.EventOf(news));
        _observatory.Drills = CreateDrills(health, authority);
        _observatory.GameDays = new GameDayService(
            _observatory.Drills, new GameDayStore(authority.StateDirectory), _time, _loggers.CreateLogger<GameDayService>());
        _kept.RestoreObservations();
        BeginHistory(authority, health, places.BuiltInPath);
        AuthorityParts parts = new(health, _dataPlane, new ConfigurationCompiler(places), _time, _loggers)
        {
            Checks = new CheckedSnapshots(health, outside, _time, _loggers.CreateLogger<CheckedSnapshots>()),
            Places = gate,
            Volumes = new BucketVolumes(_volumes, _observatory.Population),
            History = _history,
            Observed = new ObservedVolumes(_observatory.Population, _observatory.WhatIf),
            MeasuredTail = _observatory.Propagation.History.TailOf,
        };
        if (await authority.TryStartAsync(parts, cancellationToken) is { } failure)
        {
            return failure;
        }
        RunningParts running = new()
        {
            DataPlane = _dataPlane,
            Health = health,
            Authority = authority,
            Observatory = _observatory,
            Outside = outside,
            Places = gate,
            Past = _past,
            Metrics = _metrics,
            Files = _files,
            Proposals = ServerComposition.ProposalsOf(_options, _files, _time),
            StartedAt = _startedAt,
            Time = _time,
            Loggers = _loggers,
        };
        return await TryListenAsync(running, cancellationToken);
    }

    /// <summary>Serves until cancelled.</summary>
    /// <returns>False when a part failed for good.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (_health is not { } health || _authority is not { } authority)
        {
            throw new InvalidOperationException("The server has not been started.");
        }
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts =
        [
            health.RunAsync(stopping.Token),
            WarmUpAsync(health, stopping.Token),
            RehearseAsync(stopping.Token),
            authority.RunAsync(stopping.Token),
            _outside!.RunAsync(stopping.Token), // Made with the others.
            TickAsync(stopping.Token),
            _observatory.RunAsync(stopping.Token),
            new TrafficWeigher(_observatory.Population, _dataPlane, health.Weigh, _time, _loggers.CreateLogger<TrafficWeigher>()).RunAsync(stopping.Token),
            _observatory.Drills!.RunAsync(stopping.Token), // Made with the health checks.
            _observatory.GameDays!.RunAsync(stopping.Token), // The same.
            _endpoints!.RunAsync(stopping.Token), // Opened at the end of the start.
            .. _history is { } history ? [history.RunAsync(stopping.Token)] : Array.Empty<Task>(),
        ];
        bool isHealthy = await WaitForEndAsync(parts, cancellationToken);
        await stopping.CancelAsync();
        foreach (Task part in parts)
        {
            await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return isHealthy;
    }

    public async ValueTask DisposeAsync()
    {
        _hangUp?.Dispose();
        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }
        if (_signed is not null)
        {
            await _signed.DisposeAsync();
        }
        if (_endpoints is not null)
        {
            await _endpoints.DisposeAsync();
        }
        _kept?.Save(_outside);
        _history?.Dispose();
        _past?.Dispose();
        _health?.Dispose();
        _outside?.Dispose();
        if (_authority is not null)
        {
            await _authority.DisposeAsync();
        }
        _observatory.Assigner.Dispose();
        _observatory.Population.Dispose();
        _observatory.Propagation.Dispose();
        _drift.Dispose();
        _metrics.Dispose();
    }

    /// <summary>
    /// Gives back what loading a large configuration took: some three times what serving it takes. Before the sockets are
    /// bound, because it stops all threads for as long as it copies.
    /// </summary>
    private static void ReleaseLoadMemory()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > LargeLoadOctets)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private async Task<string?> TryListenAsync(RunningParts running, CancellationToken cancellationToken)
    {
        ReleaseLoadMemory();
        MeridianModel model = _dataPlane.Snapshot!.Model; // Published when the authority started.
        ServerOptions options = ServerComposition.OptionsOf(model.Listen);
        AnswerLimits limits = ServerComposition.LimitsOf(model) with
        {
            TcpIdleTimeout = options.Tcp.IdleTimeout,
            OwnCookieSecret = ServerComposition.CreateCookieSecret(),
        };
        ServerStatus status = new(running);
        try
        {
            // How many threads share the budgets of rate limiting is known once AF_XDP has been tried.
            _signed = new SignedMessages(_dataPlane, limits, running.Authority.Changes, _updates, _time, _loggers);
            _dns = new DnsServer(
                options,
                _ => new QueryAnswerer(_dataPlane, limits with { UdpWorkerCount = _dns!.DatagramThreadCount }) { Volume = _volumes.Add(), Views = _views.Add() },
                _time,
                _loggers.CreateLogger<DnsServer>(),
                _signed.Queue)
            {
                Views = _views,
            };
            _dns.Start();
            status.OnListening(_dns);
        }
        catch (ServerStartException e)
        {
            return e.Message;
        }
        _endpoints = new ServerEndpoints(running, status, _updates);
        return await _endpoints.TryOpenAsync(model, limits, cancellationToken);
    }

    private DrillService CreateDrills(HealthEngine health, IConfigurationAuthority authority) => new(
        new DrillParts
        {
            DataPlane = _dataPlane,
            Verdicts = health,
            Volumes = new BucketVolumes(_volumes, _observatory.Population),
            Population = _observatory.Population,
            Propagation = _observatory.Propagation,
            WhatIf = _observatory.WhatIf,
            IsStaging = () => authority.Staged?.Current is not null,
            Frozen = () => health.Breaker.Reason,
            Time = _time,
        },
        _loggers.CreateLogger<DrillService>());

    private IConfigurationAuthority? OpenAuthority(out string? problem)
    {
        problem = null;
        try
        {
            return _options switch
            {
                { StoreDirectory: { } store } => StoreAuthority.TryOpen(_options, store, _files, _time, _loggers, out problem),
                { Path: { } path } => new FileAuthority(_options, path, _files, _time, _loggers),
                _ => throw new InvalidOperationException("The command line asks for a path or a store."),
            };
        }
        catch (ChangeLogException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private async Task WarmUpAsync(HealthEngine health, CancellationToken cancellationToken)
    {
        TimeSpan limit = _dataPlane.Snapshot?.Model.WarmUpLimit ?? TimeSpan.Zero;
        Task resolved = _outside?.WaitAsync(_dataPlane.Snapshot?.OutsideNames ?? [], limit, cancellationToken) ?? Task.CompletedTask;
        await health.WarmUpAsync(limit, cancellationToken);
        await resolved;
        _dataPlane.IsWarmingUp = false;
        HostLog.Ready(_logger, (long)(_time.GetUtcNow() - _startedAt).TotalMilliseconds);
        // The health engine goes on; this part has done its work and waits for the end with the others.
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
    }

    private async Task RehearseAsync(CancellationToken cancellationToken)
    {
        await Rehearsal.RunAsync(_dataPlane, ServerComposition.LimitsOf(_dataPlane.Snapshot!.Model), _time, cancellationToken);
        _dns?.PreferAnswering();
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using LoadFeed loads = new(_files, _dataPlane, _time, _loggers.CreateLogger<LoadFeed>());
        using PeriodicTimer timer = new(Tick, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            _dataPlane.ExpireForcedStates();
            loads.Refresh();
            if (_dataPlane.Snapshot is { } snapshot && _placesWatch.HasChanged(snapshot.Model.Geo))
            {
                _authority?.RequestReload(ReloadReason.PlacesChanged);
            }
            _endpoints?.Tick();
            _kept?.Save(_outside);
        }
    }

    private async Task<bool> WaitForEndAsync(Task[] parts, CancellationToken cancellationToken)
    {
        Task ended = await Task.WhenAny(parts);
        if (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        // A part that ends by itself has failed: better a restart by the supervisor than a server that is half alive.
        HostLog.PartFailed(_logger, ended.Exception?.GetBaseException() ?? new InvalidOperationException("a part of the server ended"));
        return false;
    }

    private OutsideResolver CreateOutside(ImmutableArray<KeptAnswer> kept)
    {
        // Ids and the case of names have to be unforeseeable; when names are asked for again only has to be spread.
        StubResolver stub = new(new SocketExchange(), octets => RandomNumberGenerator.Fill(octets), _time);
        Random spread = new(RandomNumberGenerator.GetInt32(int.MaxValue));
        SystemResolvers system = new(SystemResolvers.DefaultPath, _time);
        return new OutsideResolver(stub, system.Get, _dataPlane, kept, spread, _time, _loggers.CreateLogger<OutsideResolver>());
    }

    /// <summary>From the first snapshot on, what decisions follow from is written down, and can be asked for.</summary>
    private void BeginHistory(IConfigurationAuthority authority, HealthEngine health, string builtInPlaces)
    {
        if (authority.StateDirectory is not { } stateDirectory)
        {
            return;
        }
        string directory = HistoryReader.DirectoryOf(stateDirectory);
        HistoryParts parts = new()
        {
            Directory = directory,
            BuiltInPlaces = builtInPlaces,
            Present = _dataPlane.Capture,
            Evidence = health.GetReport,
            Time = _time,
        };
        _history = new HistoryJournal(parts, _loggers.CreateLogger<HistoryJournal>());
        _dataPlane.Attach(_history, _history.LastStamp);
        _past = new HistoryReader(directory, _history.Drain, authority.Stored);
    }
}
