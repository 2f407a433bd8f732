using System.Collections.Immutable;
using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>
/// Everything an operator configured, checked and with defaults filled in. Every front end (YAML, APIs, zone files)
/// produces this; the compiler turns it into a <see cref="Snapshot.DataPlaneSnapshot"/>. Immutable.
/// </summary>
public sealed record MeridianModel
{
    public ListenModel Listen { get; init; } = new();

    public AccessModel Access { get; init; } = new();

    public AnsweringModel Answering { get; init; } = new();

    public GeoModel Geo { get; init; } = new();

    public ResolversModel Resolvers { get; init; } = new();

    /// <summary>Directory for state that survives a restart (revision, verdicts, last good configuration); null keeps none.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>What the state directory remembers of past decisions.</summary>
    public HistoryModel History { get; init; } = new();

    /// <summary>How much of its past the store keeps.</summary>
    public StoreModel Store { get; init; } = new();

    /// <summary>What is kept of who asks.</summary>
    public ObservingModel Observing { get; init; } = new();

    /// <summary>How long steered names wait for first verdicts before members without one count as up. 0 to 60 s.</summary>
    public TimeSpan WarmUpLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far one change may go before somebody has to say why.</summary>
    public GuardModel Guard { get; init; } = new();

    /// <summary>How much the health checks may take out by themselves.</summary>
    public BreakerModel Breaker { get; init; } = new();

    /// <summary>This server as a vantage point.</summary>
    public VantageModel Vantage { get; init; } = new();

    /// <summary>Vantage points elsewhere that may join.</summary>
    public ImmutableSortedDictionary<string, VantagePointModel> VantagePoints { get; init; } =
        ImmutableSortedDictionary.Create<string, VantagePointModel>(StringComparer.Ordinal);

    /// <summary>An operator's words over health, by name.</summary>
    public ImmutableSortedDictionary<string, OverrideModel> Overrides { get; init; } =
        ImmutableSortedDictionary.Create<string, OverrideModel>(StringComparer.Ordinal);

    /// <summary>Whom to tell of health events.</summary>
    public ImmutableSortedDictionary<string, NotifyModel> Notify { get; init; } =
        ImmutableSortedDictionary.Create<string, NotifyModel>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, SiteModel> Sites { get; init; } =
        ImmutableSortedDictionary.Create<string, SiteModel>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, MonitorModel> Monitors { get; init; } =
        ImmutableSortedDictionary.Create<string, MonitorModel>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, PoolModel> Pools { get; init; } =
        ImmutableSortedDictionary.Create<string, PoolModel>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, PolicyModel> Policies { get; init; } =
        ImmutableSortedDictionary.Create<string, PolicyModel>(StringComparer.Ordinal);

    /// <summary>What zones that the Route 53 API makes get.</summary>
    public Route53Model Route53 { get; init; } = new();

    /// <summary>Name servers that several zones of the Route 53 API have in common, by their id.</summary>
    public ImmutableSortedDictionary<string, DelegationSetModel> DelegationSets { get; init; } =
        ImmutableSortedDictionary.Create<string, DelegationSetModel>(StringComparer.Ordinal);

    /// <summary>Named sets of client networks, for record sets that are routed by network.</summary>
    public ImmutableSortedDictionary<string, CollectionModel> Collections { get; init; } =
        ImmutableSortedDictionary.Create<string, CollectionModel>(StringComparer.Ordinal);

    /// <summary>What was measured between client networks and sites, for latency nodes.</summary>
    public ImmutableArray<LatencyMeasurement> Latency { get; init; } = [];

    /// <summary>Where load readings come from; null for nowhere.</summary>
    public LoadModel? Load { get; init; }

    /// <summary>Keys of dynamic updates, by their name in the configuration.</summary>
    public ImmutableSortedDictionary<string, UpdateKeyModel> UpdateKeys { get; init; } =
        ImmutableSortedDictionary.Create<string, UpdateKeyModel>(StringComparer.Ordinal);

    /// <summary>Clients that see zones of their own, by name.</summary>
    public ImmutableSortedDictionary<string, ViewModel> Views { get; init; } =
        ImmutableSortedDictionary.Create<string, ViewModel>(StringComparer.Ordinal);

    /// <summary>All zones: those that every client sees, and those of views. No two of a name have a view in common.</summary>
    public ImmutableSortedDictionary<ZoneKey, ZoneModel> Zones { get; init; } =
        ImmutableSortedDictionary<ZoneKey, ZoneModel>.Empty;

    /// <summary>
    /// The names that aliases lead to, in these zones or outside: their records decide what the aliases answer. Worked out by
    /// <see cref="RecordSets.RecordSetExpansion"/>.
    /// </summary>
    public ImmutableSortedSet<DomainName> AliasTargets { get; init; } = ImmutableSortedSet<DomainName>.Empty;
}
