using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The top level of a document.</summary>
internal static class RootSection
{
    public static readonly SchemaKey Listen = new("listen", "map", "Where the server listens.");

    public static readonly SchemaKey Access = new("access", "map", "Who may use the HTTP endpoint.");

    public static readonly SchemaKey Answering = new(
        "answering", "map", "How the server answers: its name, cookies, limits.");

    public static readonly SchemaKey Resolvers = new("resolvers", "map", "Whom the server asks for names outside its zones.");

    public static readonly SchemaKey<string?> State = new(
        "state",
        new TextValue("the path of a directory", "/var/lib/meridian"),
        null,
        "Directory for what survives a restart: the revision, the last good configuration, verdicts. A relative path "
            + "is relative to the file that names it.")
    {
        DefaultText = "nothing is kept",
    };

    public static readonly SchemaKey History = new("history", "map", "How long past answers can be explained.");

    public static readonly SchemaKey Store = new("store", "map", "How much of its past the store keeps.");

    public static readonly SchemaKey Observing = new("observing", "map", "What is kept of who asks.");

    public static readonly SchemaKey<TimeSpan> WarmUp = new(
        "warm-up",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromSeconds(60)),
        TimeSpan.FromSeconds(5),
        "How long steered names wait for the first verdicts after a start; after it, a member without one is answered only where there is nothing else, or where its monitor "
            + "says `until-checked: up`. Static names answer at once.");

    public static readonly SchemaKey Geo = new("geo", "map", "The location database, and corrections to it.");

    public static readonly SchemaKey Sites = new("sites", "map of names", "Places that serve traffic.");

    public static readonly SchemaKey Monitors = new("monitors", "map of names", "Definitions of health checks.");

    public static readonly SchemaKey Vantage = new("vantage", "map", "This server as a vantage point of health checks.");

    public static readonly SchemaKey VantagePoints = new("vantage-points", "map of names", "Vantage points elsewhere that may join.");

    public static readonly SchemaKey Overrides = new("overrides", "map of names", "An operator's words over health.");

    public static readonly SchemaKey Notify = new("notify", "map of names", "Whom to tell of health events.");

    public static readonly SchemaKey Breaker = new("breaker", "map", "How much the health checks may take out by themselves.");

    public static readonly SchemaKey Pools = new("pools", "map of names", "Groups of members that answer together.");

    public static readonly SchemaKey Policies = new("policies", "map of names", "Steering trees.");

    public static readonly SchemaKey Collections = new("collections", "map of names", "Named sets of client networks, for record sets.");

    public static readonly SchemaKey Views = new("views", "map of names", "Clients that see zones of their own, by their networks.");

    public static readonly SchemaKey DelegationSets = new("delegation-sets", "map of names", "Name servers that several zones of the Route 53 API have in common.");

    public static readonly SchemaKey TrafficPolicies = new("traffic-policies", "map of ids", "Traffic policies of the Route 53 API.");

    public static readonly SchemaKey TrafficPolicyInstances = new(
        "traffic-policy-instances", "map of ids", "Which traffic policy made the record sets of which name.");

    public static readonly SchemaKey Latency = new("latency", "map", "What was measured between client networks and sites.");

    public static readonly SchemaKey Load = new("load", "map", "Where load readings come from.");

    public static readonly SchemaKey UpdateKeys = new("update-keys", "map of names", "TSIG keys, and what their holders may change by dynamic update.");

    public static readonly SchemaKey Lint = new("lint", "map", "Findings of `meridian lint` that are accepted.");

    public static readonly SchemaKey Guard = new("guard", "map", "How far one change may go before somebody has to say why.");

    public static readonly SchemaKey Route53 = new("route53", "map", "What zones that the Route 53 API makes get.");

    public static readonly SchemaKey Zones = new(
        "zones", "map of names", "The zones that the server is authoritative for.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "the top level",
        Summary = "A configuration is one YAML file, or a directory whose `*.yaml` and `*.yml` files are merged in the "
            + "order of their names. "
            + "`sites`, `monitors`, `pools`, `policies`, `collections`, `views`, `update-keys` and `zones` may be spread over files; a key that is given "
            + "twice is an error.",
        Keys =
        [
            Listen,
            Access,
            Answering,
            Resolvers,
            State,
            History,
            Store,
            Observing,
            WarmUp,
            Geo,
            Vantage,
            Breaker,
            Notify,
            Guard,
            Route53,
            Latency,
            Load,
            Sites,
            VantagePoints,
            Monitors,
            Pools,
            Overrides,
            Policies,
            Collections,
            Views,
            DelegationSets,
            TrafficPolicies,
            TrafficPolicyInstances,
            UpdateKeys,
            Zones,
            Lint,
        ],
    };
}
