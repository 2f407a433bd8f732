using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Notifying;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Quorum;
using Meridian.Health.Scheduling;
using Meridian.Health.Standby;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>
/// Probes the members of the current snapshot, judges the results, and publishes each verdict that changes.
/// What an operator forces is not its business: the data plane applies that on top.
/// </summary>
/// <remarks>
/// All members may be called from any thread. A member's state changes here before it is published, so a snapshot that
/// is published meanwhile, and asks <see cref="GetVerdict"/>, never ends up with an older verdict than the data plane had.
/// </remarks>
public sealed class HealthEngine : IVerdictSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WarmUp _warmUp = new();
    private readonly ResultIntake _intake;
    private readonly VantageWatch _watch;
    private readonly ConfigurationIntake _configuration;
    private readonly HealthReader _reader;
    private readonly BreakerDesk _breaker;
    private readonly HealthNews _news;
    private readonly PoolGates _pools;
    private readonly Prewarmer _prewarmer;
    private readonly VerdictKeeper? _keeper;
    private Notifier? _notifier;
    private readonly long _startedAt;

    /// <summary>Loads the verdicts from before the restart; nothing runs before <see cref="RunAsync"/>.</summary>
    /// <param name="sink">Where verdicts go.</param>
    /// <param name="probe">Makes the attempts; <see cref="ProbeByType"/> in the product.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">Drives everything.</param>
    /// <param name="logger">One line per state change.</param>
    /// <param name="store">Keeps verdicts over restarts; null keeps none.</param>
    /// <param name="reports">What members report by themselves; null when <paramref name="probe"/> looks at no such reports.</param>
    public HealthEngine(
        IVerdictSink sink,
        IProbe probe,
        HealthOptions options,
        TimeProvider time,
        ILogger<HealthEngine> logger,
        VerdictStore? store,
        PushRegistry? reports = null)
    {
        Reports = reports ?? new PushRegistry(time);
        _time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        Metrics = new HealthMetrics();
        (ImmutableArray<StoredVerdict> restored, StoredFreeze? freeze, ImmutableArray<StoredGate> gates) = store?.Load() ?? StoredHealth.None;
        CheckTable table = new(restored, options.MaxRestoredAge);
        CircuitBreaker breaker = new();
        VantageTable vantages = new();
        _pools = new PoolGates(gates);
        _prewarmer = new Prewarmer(null, Warmed, time);
        _news = new HealthNews(Metrics, breaker, time, logger) { Warming = _prewarmer.Add };
        VerdictPublisher publisher = new(_gate, sink, _pools, _news, Metrics, time, logger);
        ProbeScheduler<ProbeSlot> scheduler = new(options.MaxConcurrentProbes);
        Sight sight = new();
        AsyncSignal proofNeeded = new();
        _intake = new ResultIntake(scheduler, table, publisher, breaker, sight, options, time);
        VoteIntake votes = new(table, vantages, sight, _intake, options, time);
        Loop = new ProbeLoop(
            _gate, table, scheduler, _intake, votes, proofNeeded, publisher, _warmUp, _news, probe, options, Metrics, time);
        _watch = new VantageWatch(_gate, sight, votes, Loop, _news, probe, proofNeeded, options, time);
        Votes = new VoteDesk(_gate, votes, Loop, _news);
        _configuration = new ConfigurationIntake(_gate, table, votes, _watch, _pools, Loop, breaker, _warmUp, logger);
        _reader = new HealthReader(_gate, table, _pools, breaker, vantages, Loop, time);
        _breaker = new BreakerDesk(_gate, breaker, Loop, _news, time);
        _keeper = store is null ? null : new VerdictKeeper(store, table, breaker, _pools, _gate, options, Metrics, time);
        Metrics.Observe(GetLoad, _reader.GetStandings);
        if (freeze is not null)
        {
            // A person has not looked yet: a restart must not do what the freeze prevents.
            breaker.Freeze(freeze.Reason, freeze.Since);
            _news.TellOfRestoredFreeze(freeze.Reason);
        }

        if (restored.Length > 0)
        {
            string age = DurationText.Format(time.GetUtcNow() - restored.Max(verdict => verdict.ConfirmedAt));
            logger.VerdictsRestored(restored.Length, age);
        }
    }

    /// <summary>The engine as the product has it: real probes, publishing to the data plane.</summary>
    /// <param name="dataPlane">Where verdicts go.</param>
    /// <param name="stateDirectory">Where verdicts are kept over restarts; null keeps none.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">Drives everything.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="resolver">Finds the addresses of members that are hostnames; null asks the operating system.</param>
    public static HealthEngine Create(
        DataPlane dataPlane,
        string? stateDirectory,
        HealthOptions options,
        TimeProvider time,
        ILoggerFactory loggers,
        INameResolver? resolver = null)
    {
        PushRegistry reports = new(time);
        HealthEngine engine = new(
            new DataPlaneVerdictSink(dataPlane),
            new ProbeByType(time, resolver ?? new SystemNameResolver(), reports),
            options,
            time,
            loggers.CreateLogger<HealthEngine>(),
            stateDirectory is null ? null : new VerdictStore(stateDirectory, loggers.CreateLogger<VerdictStore>()),
            reports);
        engine.Tell(new Notifier(null, time, loggers.CreateLogger<Notifier>()));
        return engine;
    }

    /// <summary>Tells people of events from now on; the engine runs and disposes it.</summary>
    internal void Tell(Notifier notifier)
    {
        _notifier = notifier;
        _news.Notice = notifier.Add;
    }

    /// <summary>Tells people of an event that is no verdict, as they are told of verdicts.</summary>
    public void Announce(HealthEvent happened) => _notifier?.Add(happened);

    /// <summary>Takes the reports of members that report by themselves.</summary>
    public PushRegistry Reports { get; }

    /// <summary>Whether the warm-up is over: every monitored member had a verdict, published, or the limit passed. Stays true.</summary>
    public bool IsWarm => _warmUp.IsOver;

    /// <summary>Where vantage points elsewhere deliver their votes.</summary>
    public VoteDesk Votes { get; }

    /// <summary>All vantage points, this server among them, by name.</summary>
    public ImmutableArray<VantageReport> Vantages => _reader.GetVantages();

    internal ProbeLoop Loop { get; }

    internal VantageWatch Watch => _watch;

    /// <summary>Shows every attempt from now on to one observer, which must be quick.</summary>
    internal void Observe(Action<Check, ProbeAttempt> observer)
    {
        lock (_gate)
        {
            _intake.AttemptMade = observer;
        }
    }

    internal HealthMetrics Metrics { get; }

    /// <summary>Follows a new snapshot: adds, removes and changes only the checks that differ. Call it before the snapshot is published.</summary>
    public void Reconfigure(DataPlaneSnapshot snapshot)
    {
        _notifier?.Follow(snapshot.Model.Notify.Values);
        Reconfigure(snapshot.Members, snapshot.Model.Breaker, snapshot.Model.Vantage, snapshot.Model.VantagePoints, snapshot.Model);
    }

    /// <summary>Checks the members of a snapshot, and those that only a candidate beside it has.</summary>
    public void ReconfigureBeside(DataPlaneSnapshot snapshot, DataPlaneSnapshot candidate) => Reconfigure(
        [.. snapshot.Members, .. candidate.Members.Where(slot => !snapshot.TryFindMember(slot.Key, out _))],
        snapshot.Model.Breaker, snapshot.Model.Vantage, snapshot.Model.VantagePoints, snapshot.Model);

    /// <inheritdoc cref="Reconfigure(DataPlaneSnapshot)"/>
    /// <param name="members">All members.</param>
    /// <param name="breaker">How much may be taken out; null sets no bounds.</param>
    /// <param name="vantage">This server as a vantage point; null for one without reference targets.</param>
    /// <param name="others">Vantage points elsewhere that may join; null for none.</param>
    /// <param name="model">Where pools stand in for each other; null for nowhere.</param>
    public void Reconfigure(
        ImmutableArray<MemberSlot> members,
        BreakerModel? breaker = null,
        VantageModel? vantage = null,
        ImmutableSortedDictionary<string, VantagePointModel>? others = null,
        MeridianModel? model = null) =>
        _configuration.Follow(new FollowedConfiguration(members, breaker, vantage, others, model), Reports, _time.GetUtcNow());

    /// <summary>The circuit breaker as of now.</summary>
    public BreakerReport Breaker => _reader.GetBreaker();

    /// <summary>Takes no member out from now on, whatever the checks say, until <see cref="Thaw"/>.</summary>
    /// <param name="by">Who asks for it, and why; shown wherever the state is.</param>
    public void Freeze(string by) => _breaker.Freeze(by);

    /// <summary>Goes on: members that were kept in answers though they are down are taken out; gives how many.</summary>
    /// <param name="by">Who asks for it.</param>
    public int Thaw(string by) => _breaker.Thaw(by);

    /// <summary>Has the circuit breaker weigh members by what clients are sent to them, where its rules ask for that.</summary>
    public void Weigh(ObservedTraffic traffic) => _breaker.Weigh(traffic);

    /// <summary>Lets the clients of a pool back that waits for its failback.</summary>
    /// <param name="pool">Its name.</param>
    /// <param name="by">Who asks for it, and why.</param>
    /// <returns>Null when it was done; otherwise what stands in the way, in words.</returns>
    public string? FailBack(string pool, string by)
    {
        lock (_gate)
        {
            string? problem = _pools.LetBack(pool, by, _time.GetUtcNow());
            Loop.Settle();
            return problem;
        }
    }

    /// <summary>Probes until cancelled; then stops all probes, writes the verdicts to disk, and returns. Once only.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopKeeping = new();
        Task watching = _watch.RunAsync(stopKeeping.Token);
        Task telling = _notifier?.RunAsync(stopKeeping.Token) ?? Task.CompletedTask;
        foreach (PoolModel pool in WarmingPools())
        {
            // Begun before the restart, and not answered.
            _prewarmer.Add(pool);
        }

        Task warming = _prewarmer.RunAsync(stopKeeping.Token);
        Task keeping = _keeper?.RunAsync(stopKeeping.Token) ?? Task.CompletedTask;
        try
        {
            await Loop.RunAsync(cancellationToken);
        }
        finally
        {
            // Also when the loop broke: its error must reach the caller and not wait for an end that nobody asks for.
            await stopKeeping.CancelAsync();
            await watching;
            await telling;
            await warming;
            await keeping;
        }
    }

    /// <summary>Waits until <see cref="IsWarm"/>, and makes it so when the limit passes. Needs the engine to run.</summary>
    /// <param name="limit">0 to 60 s.</param>
    /// <param name="cancellationToken">Ends the waiting, with an exception.</param>
    public async Task WarmUpAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        bool isKnown = await _warmUp.WaitAsync(limit, _time, cancellationToken);
        HealthLoad load = GetLoad();
        int members = load.MembersUp + load.MembersDown + load.MembersUnknown;
        if (isKnown)
        {
            _logger.Warm(members, DurationText.Format(_time.GetElapsedTime(_startedAt)));
        }
        else
        {
            _logger.WarmUpLimitPassed(DurationText.Format(limit), load.MembersUnknown, members);
        }
    }

    /// <inheritdoc/>
    public MemberVerdict GetVerdict(MemberKey member) => _reader.GetVerdict(member);

    /// <summary>The verdict with its evidence; null for a member that nothing checks.</summary>
    public MemberHealthReport? GetReport(MemberKey member) => _reader.GetReport(member);

    /// <summary>All monitored members, by pool and target, as of one moment.</summary>
    public ImmutableArray<MemberHealthReport> GetReports() => _reader.GetReports();

    /// <summary>How much there is to do, and what the verdicts add up to.</summary>
    public HealthLoad GetLoad() => _reader.GetLoad();

    public void Dispose()
    {
        _notifier?.Dispose();
        _prewarmer.Dispose();
        Metrics.Dispose();
    }

    private ImmutableArray<PoolModel> WarmingPools()
    {
        lock (_gate)
        {
            return _pools.Warming;
        }
    }

    private void Warmed(string pool)
    {
        lock (_gate)
        {
            _pools.Warmed(pool, _time.GetUtcNow());
            Loop.Settle();
        }
    }
}
