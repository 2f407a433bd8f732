using System.Collections.Immutable;
using System.Globalization;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>Unbound, with settings of several operators.</summary>
internal static class UnboundKinds
{
    /// <summary>A floor under TTLs, in TTLs of the experiment.</summary>
    public const int FloorFactor = 3;

    private const int FarmCaches = 4;
    private const int StaleSeconds = 86_400;

    public static ImmutableArray<ResolverKind> All { get; } =
    [
        Unbound("unbound", "does as it is told", _ => "", _ => new ResolverClass("unbound", 1, CacheRule.Honour)),
        Unbound("unbound-farm", $"{FarmCaches} caches behind one address, each does as it is told", _ => "", _ => new ResolverClass("unbound-farm", 1, CacheRule.Honour))
            with { CachesPerAddress = FarmCaches },
        Unbound(
            "unbound-floor", "keeps every answer for at least three TTLs (cache-min-ttl)",
            ttl => $"  cache-min-ttl: {ttl * FloorFactor}\n",
            ttl => new ResolverClass("unbound-floor", 1, CacheRule.AtLeast, ttl * FloorFactor)),
        Unbound(
            "unbound-stale", "gives the first client after expiry the old answer (serve-expired)",
            _ => "  serve-expired: yes\n",
            _ => new ResolverClass("unbound-stale", 1, CacheRule.ServeStale, StaleSeconds)),
        Unbound(
            "unbound-prefetch", "asks again when a client comes in the last tenth of the TTL (prefetch)",
            _ => "  prefetch: yes\n",
            _ => new ResolverClass("unbound-prefetch", 1, CacheRule.Prefetch)),
    ];

    private static ResolverKind Unbound(string name, string says, Func<int, string> extra, Func<int, ResolverClass> behaviour) => new()
    {
        Name = name,
        Package = "unbound",
        Command = "unbound",
        Says = says,
        // Counts whole seconds and serves an answer through the second in which none are left.
        Behaviour = ttl => behaviour(ttl) with { Clock = CacheClock.ThroughLastSecond },
        Inspection = new UnboundInspection(),
        SetUp = site => new ResolverSetUp(
            ["-d", "-c", UnboundInspection.ConfigurationFile],
            [
                // Small caches and few sockets: some hundred of them run beside each other.
                (UnboundInspection.ConfigurationFile, string.Create(CultureInfo.InvariantCulture, $"""
                    server:
                      directory: "{site.Directory}"
                      chroot: ""
                      username: ""
                      pidfile: "{site.Directory}/unbound.pid"
                      interface: 127.0.0.1@{site.Port}
                      so-reuseport: yes
                      outgoing-interface: {site.Source}
                      do-daemonize: no
                      use-syslog: no
                      do-not-query-localhost: no
                      module-config: "iterator"
                      num-threads: 1
                      msg-cache-size: 256k
                      rrset-cache-size: 256k
                      outgoing-range: 32
                      num-queries-per-thread: 32
                    {extra(site.Ttl)}remote-control:
                      control-enable: yes
                      control-interface: {site.Directory}/control
                      control-use-cert: no
                    stub-zone:
                      name: "{LabPlan.Zone}."
                      stub-addr: 127.0.0.1@{site.AuthorityPort}

                    """)),
            ]),
    };
}
