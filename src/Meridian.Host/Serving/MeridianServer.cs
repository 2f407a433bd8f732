using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Drilling;
using Meridian.Control.Explaining;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Linting;
using Meridian.Control.Loads;
using Meridian.Control.Observing;
using Meridian.Control.Publishing;
using Meridian.Control.Resolving;
using Meridian.Control.Route53;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Publishing;
using Meridian.Health.Quorum.Streaming;
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
    private readonly TtlDrift _drift;
    private readonly Observatory _observatory;
    private readonly DiskConfigurationFiles _files = new();
    private readonly PlaceDatabaseWatch _placesWatch;
    private PosixSignalRegistration? _hangUp;
    private IConfigurationAuthority? _authority;
    private HealthEngine? _health;
    private DnsServer? _dns;
    private SignedMessages? _signed;
    private LocalEndpoint? _endpoint;
    private VoteEndpoint? _votes;
    private Route53Endpoint? _route53;
    private ServerAccess? _access;
    private TlsCertificate? _certificate;
    private LastAnswersStore? _lastAnswers;
    private GuardMemoryStore? _guards;
    private ResolutionStore? _resolutions;
    private ObservatoryStore? _observations;
    private OutsideResolver? _outside;
    private PlaceDatabaseGate? _places;
    private HistoryJournal? _history;
    private HistoryReader? _past;
    private volatile bool _areSocketsBound;

    public MeridianServer(ServeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<MeridianServer>();
        _startedAt = time.GetUtcNow();
        _dataPlane = new DataPlane(time) { IsWarmingUp = true };
        _placesWatch = new PlaceDatabaseWatch(_files);
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
        RestoreLastAnswers(authority.StateDirectory);
        _places = new PlaceDatabaseGate(places, authority.StateDirectory, _time, _loggers.CreateLogger<PlaceDatabaseGate>());
        _outside = CreateOutside(authority.StateDirectory);
        _health = HealthEngine.Create(
            _dataPlane, authority.StateDirectory, new HealthOptions(), _time, _loggers, new OutsideNameResolver(_outside, new SystemNameResolver()));
        _outside.Notice = news => _health.Announce(OutsideNameResolver.EventOf(news));
        _observatory.Drills = CreateDrills(_health, authority);
        RestoreObservations(authority.StateDirectory);
        BeginHistory(authority, places.BuiltInPath);
        AuthorityParts parts = new(_health, _dataPlane, new ConfigurationCompiler(places), _time, _loggers) { Places = _places, Volumes = _volumes, History = _history, Outside = _outside, Observed = new ObservedVolumes(_observatory.Population, _observatory.WhatIf), MeasuredTail = _observatory.Propagation.History.TailOf };
        if (await authority.TryStartAsync(parts, cancellationToken) is { } failure)
        {
            return failure;
        }
        return await TryListenAsync(_dataPlane.Snapshot!.Model, cancellationToken); // Published by the line above.
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
            _access?.RunAsync(stopping.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, _time, stopping.Token),
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
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }
        if (_route53 is not null)
        {
            await _route53.DisposeAsync();
        }
        if (_votes is not null)
        {
            await _votes.DisposeAsync();
        }
        if (_access is not null)
        {
            await _access.DisposeAsync();
        }
        SaveLastAnswers();
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

    private async Task<string?> TryListenAsync(MeridianModel model, CancellationToken cancellationToken)
    {
        ReleaseLoadMemory();
        ServerOptions options = ServerComposition.OptionsOf(model.Listen);
        AnswerLimits limits = ServerComposition.LimitsOf(model) with
        {
            TcpIdleTimeout = options.Tcp.IdleTimeout,
            OwnCookieSecret = ServerComposition.CreateCookieSecret(),
        };
        try
        {
            // How many threads share the budgets of rate limiting is known once AF_XDP has been tried.
            _signed = new SignedMessages(_dataPlane, limits, _authority!.Changes, _time, _loggers); // Made before anything listens.
            _dns = new DnsServer(
                options,
                _ => new QueryAnswerer(_dataPlane, limits with { UdpWorkerCount = _dns!.DatagramThreadCount }) { Volume = _volumes.Add() },
                _time,
                _loggers.CreateLogger<DnsServer>(),
                _signed.Queue);
            _dns.Start();
            _areSocketsBound = true;
        }
        catch (ServerStartException e)
        {
            return e.Message;
        }
        if (await TryTakeVotesAsync(model, cancellationToken) is { } failure)
        {
            return failure;
        }
        if (await TryOpenRoute53Async(model, cancellationToken) is { } route53Failure)
        {
            return route53Failure;
        }
        if (model.Listen.Http is not { } http)
        {
            return null;
        }
        try
        {
            return await TryOpenEndpointAsync(model, http, limits, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return $"the HTTP endpoint cannot listen on {http}: {e.Message}";
        }
    }

    private async Task<string?> TryTakeVotesAsync(MeridianModel model, CancellationToken cancellationToken)
    {
        if (model.Listen.Votes is not { } listen)
        {
            return null;
        }
        try
        {
            _votes = new VoteEndpoint(listen, _health!.Votes, _time, _loggers); // Made before anything listens.
            await _votes.StartAsync(cancellationToken);
            return null;
        }
        catch (IOException e)
        {
            return $"votes cannot be taken on {listen.Address}: {e.Message}";
        }
    }

    private async Task<string?> TryOpenEndpointAsync(MeridianModel model, IPEndPoint http, AnswerLimits limits, CancellationToken cancellationToken)
    {
        if (LoadCertificate(model) is { } problem)
        {
            return problem;
        }
        IConfigurationAuthority authority = _authority!; // Made before anything listens.
        _access ??= await ServerAccess.OpenAsync(model, authority.StateDirectory, authority.Log, _time, _loggers, cancellationToken);
        EndpointOptions options = new() { Address = http, Certificate = _certificate, IsPlainAllowed = model.Listen.IsPlainHttpAllowed };
        _endpoint = new LocalEndpoint(options, SourcesOf(limits), _access.Endpoint, _loggers);
        await _endpoint.StartAsync(cancellationToken);
        _access.OpenLocalKey(_endpoint.Address.Port);
        return null;
    }

    private async Task<string?> TryOpenRoute53Async(MeridianModel model, CancellationToken cancellationToken)
    {
        if (model.Listen.Route53 is not { } address)
        {
            return null;
        }
        IConfigurationAuthority authority = _authority!; // Made before anything listens.
        if (authority.Changes.Log is not { } log)
        {
            return "the Route 53 API changes zones, and here files are where they are changed: start with 'meridian serve --store DIRECTORY', or take out 'listen.route53'";
        }
        if (LoadCertificate(model) is { } problem)
        {
            return problem;
        }
        try
        {
            _access ??= await ServerAccess.OpenAsync(model, authority.StateDirectory, authority.Log, _time, _loggers, cancellationToken);
            EndpointOptions options = new() { Address = address, Certificate = _certificate, IsPlainAllowed = model.Listen.IsPlainHttpAllowed };
            Route53Sources sources = new()
            {
                Changes = authority.Changes,
                Log = log,
                Keys = _access.Endpoint.Keys.Index,
                Audit = _access.Endpoint.Audit,
                Model = () => _dataPlane.Snapshot?.Model,
                DataPlane = () => _dataPlane,
                ServedRevision = () => authority.ServedRevision,
                Health = monitor => _health?.GetReport(StandingMonitors.MemberOf(monitor)),
                Time = _time,
                Random = RandomNumberGenerator.Fill,
            };
            _route53 = new Route53Endpoint(options, sources, new Route53Limits(), _loggers);
            await _route53.StartAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return $"the Route 53 API cannot listen on {address}: {e.Message}";
        }
    }

    /// <summary>Loads the certificate once; the problem when it cannot be used.</summary>
    private string? LoadCertificate(MeridianModel model)
    {
        if (_certificate is not null || model.Listen.HttpTls is not { } tls)
        {
            return null;
        }
        _certificate = TlsCertificate.TryLoad(
            tls.CertificatePath, tls.KeyPath, _files, _time, _loggers.CreateLogger<TlsCertificate>(), out string? problem);
        return problem;
    }

    private LocalEndpointSources SourcesOf(AnswerLimits limits)
    {
        // All of these exist once the first configuration is published, which is before the endpoint starts.
        HealthEngine health = _health!;
        IConfigurationAuthority authority = _authority!;
        ExplainService explain = new(_dataPlane, limits, health.GetReport, _time, _past);
        return new LocalEndpointSources
        {
            Configuration = () => authority.Status,
            Readiness = CurrentReadiness,
            Status = () => StatusOf(health, authority),
            NextChange = cancelled => _dataPlane.NextChange.WaitAsync(cancelled),
            Metrics = writer => writer.Write(PrometheusText.Format(_metrics.Collect())),
            Explain = explain.ExplainAsync,
            Documents = authority.Documents,
            Changes = authority.Changes,
            Staged = authority.Staged,
            Planned = authority.Planned,
            Observatory = _observatory,
            Propose = ServerComposition.ProposalsOf(_options, _files, _time).Read,
            Model = () => _dataPlane.Snapshot?.Model,
            AcceptPlaces = AcceptPlaces,
            Lint = () => _dataPlane.Snapshot is { } served && authority.Loaded is { } loaded
                ? LintOutput.ToJson(Linter.Lint(loaded, served.Places))
                : null,
            FailBack = health.FailBack,
            Breaker = command => CommandBreaker(health, command),
            Push = report => health.Reports.Receive(report.Monitor, report.Member, report.Token, report.IsUp, report.Message) == PushOutcome.Accepted,
        };
    }

    private DrillService CreateDrills(HealthEngine health, IConfigurationAuthority authority) => new(
        new DrillParts
        {
            DataPlane = _dataPlane,
            Verdicts = health,
            Volumes = _volumes,
            Population = _observatory.Population,
            Propagation = _observatory.Propagation,
            WhatIf = _observatory.WhatIf,
            IsStaging = () => authority.Staged?.Current is not null,
            Time = _time,
        },
        _loggers.CreateLogger<DrillService>());

    private static void CommandBreaker(HealthEngine health, BreakerCommand command)
    {
        if (command.IsFreeze)
        {
            health.Freeze(command.By);
        }
        else
        {
            health.Thaw(command.By);
        }
    }

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

    private Readiness CurrentReadiness() => new(_dataPlane.Snapshot is not null, _areSocketsBound, !_dataPlane.IsWarmingUp);

    private StatusReport StatusOf(HealthEngine health, IConfigurationAuthority authority)
    {
        DataPlaneSnapshot? snapshot = _dataPlane.Snapshot;
        return new StatusReport
        {
            Version = ProductVersion.Current.Number,
            StartedAt = _startedAt,
            Now = _time.GetUtcNow(),
            Listening = [.. (_dns?.BoundEndpoints ?? []).SelectMany(DescribeListening)],
            Configuration = authority.Status,
            Readiness = CurrentReadiness(),
            Revision = snapshot is null ? null : new RevisionStatus(
                snapshot.Revision.Number, snapshot.Revision.SoaSerial, snapshot.Revision.Digest, snapshot.Model.Zones.Count),
            Geo = snapshot is null ? null : new GeoStatus(snapshot.Places.Description, snapshot.Places.BuildDate)
            {
                Held = StatusWriter.Held(_places?.Held),
            },
            Members = StatusWriter.Members(_dataPlane, health),
            Outside = _outside?.GetStatus() ?? [],
            Breaker = StatusWriter.Breaker(health.Breaker),
            BreakerMeasure = health.Breaker.Measure,
            Planned = StatusWriter.Planned(authority.Planned),
            Vantages = StatusWriter.Vantages(health),
            Counters = _dns is null ? new CounterStatus() : StatusWriter.Counters(_dns.Counters.Sum(), authority.Metrics),
        };
    }

    private static string[] DescribeListening(IPEndPoint endpoint) => [$"udp {endpoint}", $"tcp {endpoint}"];

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
            _certificate?.Refresh();
            _access?.Tick();
            SaveLastAnswers();
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

    private bool AcceptPlaces()
    {
        bool isAccepted = _places?.Accept() == true;
        if (isAccepted)
        {
            _authority?.RequestReload(ReloadReason.PlacesChanged);
        }
        return isAccepted;
    }

    private OutsideResolver CreateOutside(string? stateDirectory)
    {
        _resolutions = stateDirectory is null ? null : new ResolutionStore(stateDirectory);
        string? problem = null;
        ImmutableArray<KeptAnswer> kept = _resolutions?.Load(out problem) ?? [];
        if (problem is not null)
        {
            HostLog.StateUnreadable(_logger, problem);
        }
        // Ids and the case of names have to be unforeseeable; when names are asked for again only has to be spread.
        StubResolver stub = new(new SocketExchange(), octets => RandomNumberGenerator.Fill(octets), _time);
        Random spread = new(RandomNumberGenerator.GetInt32(int.MaxValue));
        SystemResolvers system = new(SystemResolvers.DefaultPath, _time);
        return new OutsideResolver(stub, system.Get, _dataPlane, kept, spread, _time, _loggers.CreateLogger<OutsideResolver>());
    }

    /// <summary>From the first snapshot on, what decisions follow from is written down, and can be asked for.</summary>
    private void BeginHistory(IConfigurationAuthority authority, string builtInPlaces)
    {
        if (authority.StateDirectory is not { } stateDirectory || _health is not { } health)
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

    private void RestoreObservations(string? stateDirectory)
    {
        _observations = stateDirectory is null ? null : new ObservatoryStore(stateDirectory);
        foreach (string problem in _observations?.Load(_observatory) ?? [])
        {
            HostLog.StateUnreadable(_logger, problem);
        }
    }

    private void RestoreLastAnswers(string? stateDirectory)
    {
        if (stateDirectory is null)
        {
            return;
        }
        _guards = new GuardMemoryStore(stateDirectory);
        _dataPlane.RestoreGuards(_guards.Load(out string? unreadable));
        if (unreadable is not null)
        {
            HostLog.StateUnreadable(_logger, unreadable);
        }
        _lastAnswers = new LastAnswersStore(stateDirectory);
        _dataPlane.RestoreLastGood(_lastAnswers.Load(out string? problem));
        if (problem is not null)
        {
            HostLog.StateUnreadable(_logger, problem);
        }
    }

    private void SaveLastAnswers()
    {
        bool isAsked = _dataPlane.Snapshot?.Model.Policies.Values.Any(policy => policy.WhenAllDown == WhenAllDown.LastGood) == true;
        try
        {
            _guards?.Save(_dataPlane.Guards);
            _resolutions?.Save(_outside?.Capture() ?? []);
            _observations?.Save(_observatory);
            if (isAsked)
            {
                _lastAnswers?.Save(_dataPlane.LastGood);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HostLog.StateNotKept(_logger, e.Message);
        }
    }
}
