using System.Collections.Immutable;

namespace Meridian.Control.Linting;

/// <summary>How bad it is.</summary>
public enum LintSeverity
{
    /// <summary>Works, and is probably not what was meant.</summary>
    Warning,

    /// <summary>Will fail its purpose when it is needed.</summary>
    Error,
}

/// <summary>One thing that is looked for.</summary>
/// <param name="Id">Stable: silences and CI refer to it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Why">Why it matters, as a sentence.</param>
/// <param name="Fix">What to do, as a sentence.</param>
public sealed record LintRule(string Id, LintSeverity Severity, string Why, string Fix)
{
    public static readonly LintRule NoDefault = Warning(
        "no-default", "A client in none of the branches gets no answer at all.", "Add a 'default' branch.");

    public static readonly LintRule Unreachable = Warning(
        "unreachable", "Nothing can ever be answered from it, so it gives a safety that is not there.", "Remove it, or move it to where it is reached.");

    public static readonly LintRule NoSpare = Warning(
        "no-spare", "A single failure takes the whole pool out of service.", "Lower 'min-healthy', or add a member.");

    public static readonly LintRule FallbackInTree = Warning(
        "fallback-in-tree", "The fallback is a pool that has just been found unavailable: it is answered all the same, known to be dead.", "Fall back to a pool outside the tree, or to serve-all.");

    public static readonly LintRule NeverDrawn = Warning(
        "never-drawn", "Weight 0 is used only when nothing else is available, and something else always is.", "Give it a weight, or the others a monitor.");

    public static readonly LintRule ShadowedNetwork = Warning(
        "shadowed-network", "No client can be in it without being in a longer one.", "Remove it.");

    public static readonly LintRule RedundantNetwork = Warning(
        "redundant-network", "It says the same as the shorter network around it.", "Remove it.");

    public static readonly LintRule FailoverBlind = Error(
        "failover-blind", "Without a monitor it always counts as up, so what stands behind it is never used.", "Give the pool a 'monitor'.");

    public static readonly LintRule MonitorUnused = Warning(
        "monitor-unused", "It checks nothing.", "Give it to a pool, or remove it.");

    public static readonly LintRule TtlLong = Error(
        "ttl-long", "Resolvers keep a dead address for as long: a failover landmine.", "Use a TTL of 30s to 300s.");

    public static readonly LintRule TtlShort = Warning(
        "ttl-short", "Resolvers ask for nearly every client, and many do not honour so short a TTL.", "Use a TTL of 10s or more.");

    public static readonly LintRule SameSite = Warning(
        "same-site", "What takes out the site takes out both.", "Fail over to a pool in another site.");

    public static readonly LintRule FamiliesDiffer = Warning(
        "families-differ", "A client reaches different places over IPv4 and IPv6, and each fails over at another time.", "Steer A and AAAA by one policy.");

    public static readonly LintRule DrawNotSticky = Warning(
        "draw-not-sticky", "A and AAAA are two queries with two draws: a client may be sent to two places at once.", "Write 'sticky: client' beside the draw.");

    public static readonly LintRule StaticHints = Error(
        "static-hints", "Clients connect to the hints before they ask for addresses, past all steering.", "Steer the HTTPS record too, or leave the hints out.");

    public static readonly LintRule NegativeTtlLong = Warning(
        "negative-ttl-long", "A resolver that asked at a bad moment keeps 'no data' longer than it would keep a dead address.", "Make 'negative-ttl' no longer than the shortest steered TTL.");

    public static readonly LintRule AnswerLarge = Warning(
        "answer-large", "It does not fit into one unfragmented UDP packet of 1232 octets: every such query comes again over TCP.", "Use 'answer: {pick: …}' or 'multivalue' with a 'max'.");

    public static readonly LintRule OneSite = Warning(
        "one-site", "A cached answer holds no alternative elsewhere.", "Take pools of several sites, with 'spread: sites'.");

    public static readonly LintRule AliasInside = Warning(
        "alias-inside", "The server would ask a resolver, which asks the server: a detour with a TTL too few, and none while the resolver is away.", "Give it the records, or the policy, that its target has.");

    public static readonly LintRule ViewEmpty = Warning(
        "view-empty", "Whoever was to see its zones gets what everybody gets, or nothing.", "Give the view the networks of its clients, or take it out of the zones.");

    public static readonly LintRule AssignUnobserved = Warning(
        "assign-unobserved", "Who asks is what resolvers are assigned by; without it each is drawn for, as though 'assign' were not there.", "Let 'observing' keep who asks, or leave 'assign' out.");

    public static readonly LintRule SilenceUnused = Warning(
        "silence-unused", "It hides nothing now, and may hide something tomorrow.", "Remove the silence.");

    /// <summary>All of them, in the order of the documentation.</summary>
    public static ImmutableArray<LintRule> All { get; } =
    [
        NoDefault, Unreachable, NoSpare, FallbackInTree, NeverDrawn, ShadowedNetwork, RedundantNetwork, FailoverBlind, MonitorUnused, TtlLong,
        TtlShort, SameSite, FamiliesDiffer, DrawNotSticky, StaticHints, NegativeTtlLong, AnswerLarge, OneSite, AliasInside, ViewEmpty,
        AssignUnobserved, SilenceUnused,
    ];

    private static LintRule Warning(string id, string why, string fix) => new(id, LintSeverity.Warning, why, fix);

    private static LintRule Error(string id, string why, string fix) => new(id, LintSeverity.Error, why, fix);
}

/// <summary>One place where a rule is broken.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Path">Where in the model.</param>
/// <param name="Message">What is there.</param>
/// <param name="Client">A client that hits it; null when all do, or none in particular.</param>
public sealed record LintFinding(LintRule Rule, string Path, string Message, string? Client = null);

/// <summary>A finding that somebody has looked at and accepted.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="At">The path, or the beginning of it; empty for everywhere.</param>
/// <param name="Reason">Why it is right here.</param>
public sealed record LintSilence(string Rule, string At, string Reason)
{
    public bool Covers(LintFinding finding) =>
        finding.Rule.Id == Rule && (At.Length == 0 || finding.Path == At || finding.Path.StartsWith($"{At}/", StringComparison.Ordinal));
}
