using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Http.Documents;

/// <summary>Documents of one kind, as a collection of the API.</summary>
/// <param name="Path">The collection: <c>pools</c>.</param>
/// <param name="Kind">The documents' kind: <c>pool</c>.</param>
/// <param name="Noun">One of them in the names of operations: <c>Pool</c>.</param>
/// <param name="Article">One of them in sentences: <c>a pool</c>.</param>
/// <param name="Meaning">What they are.</param>
internal sealed record DocumentCollection(string Path, string Kind, string Noun, string Article, string Meaning)
{
    /// <summary>What it takes to change one.</summary>
    public Permission WritePermission { get; init; } = Permission.Write;

    /// <summary>More than one of them, in the names of operations.</summary>
    public string Plural { get; init; } = Noun + "s";

    public static ImmutableArray<DocumentCollection> All { get; } =
    [
        new("zones", DocumentKinds.Zone, "Zone", "a zone", "Zones: everything of them but their records."),
        new("pools", DocumentKinds.Pool, "Pool", "a pool", "Members that answer together."),
        new("policies", DocumentKinds.Policy, "Policy", "a policy", "Steering trees.") { Plural = "Policies" },
        new("sites", DocumentKinds.Site, "Site", "a site", "Places that serve traffic."),
        new("monitors", DocumentKinds.Monitor, "Monitor", "a monitor", "Definitions of health checks."),
        new("collections", DocumentKinds.Collection, "Collection", "a collection", "Named sets of client networks that record sets are routed by."),
        new("views", DocumentKinds.View, "View", "a view", "Clients that see zones of their own, by their networks."),
        new("delegation-sets", DocumentKinds.DelegationSet, "DelegationSet", "a delegation set", "Name servers that several zones of the Route 53 API have in common."),
        new("traffic-policies", DocumentKinds.TrafficPolicy, "TrafficPolicy", "a traffic policy", "Traffic policies of the Route 53 API, with their versions.")
        {
            Plural = "TrafficPolicies",
        },
        new(
            "traffic-policy-instances", DocumentKinds.TrafficPolicyInstance, "TrafficPolicyInstance", "a traffic policy instance",
            "Which traffic policy made the record sets of which name."),
        new("settings", DocumentKinds.Settings, "Setting", "a section of settings", "Sections of the top level: `geo`, `listen`, `answering` and others."),
        new("overrides", DocumentKinds.Override, "Override", "an override", "An operator's word over health: drains, forced states, maintenance windows.")
        {
            WritePermission = Permission.Override,
        },
    ];
}
