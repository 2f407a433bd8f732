using System.Collections.Immutable;
using System.Globalization;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>The caching resolvers of Debian's beside Unbound.</summary>
internal static class OtherKinds
{
    /// <summary>A fixed life, in TTLs of the experiment.</summary>
    public const int IgnoreFactor = 5;

    // Knot Resolver's own default (cache.min_ttl), which nobody changes: answers of a monitor in doubt have shorter TTLs.
    private const int KnotFloorSeconds = 5;

    public static ImmutableArray<ResolverKind> All { get; } =
    [
        new()
        {
            Name = "dnsmasq-ignore",
            Package = "dnsmasq-base",
            Command = "dnsmasq",
            Says = "keeps every answer for five TTLs (min-cache-ttl and max-cache-ttl)",
            Behaviour = ttl => new ResolverClass("dnsmasq-ignore", 1, CacheRule.Ignore, ttl * IgnoreFactor) { Clock = CacheClock.UntilLastSecond },
            SetUp = site => new ResolverSetUp(
                [
                    "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", $"--port={site.Port}",
                    "--listen-address=127.0.0.1", "--bind-interfaces",
                    $"--server=/{LabPlan.Zone}/127.0.0.1#{site.AuthorityPort}@{site.Source}",
                    "--cache-size=1000", $"--log-facility={site.Directory}/{DnsmasqInspection.LogFile}", $"--min-cache-ttl={site.Ttl * IgnoreFactor}", $"--max-cache-ttl={site.Ttl * IgnoreFactor}",
                    "--user=root", "--pid-file=",
                ],
                []),
            Inspection = new DnsmasqInspection(),
        },
        new()
        {
            Name = "knot-resolver",
            Package = "knot-resolver",
            Command = "kresd",
            Says = "does as it is told, but for TTLs below 5 s (its default cache.min_ttl)",
            Behaviour = ttl => new ResolverClass("knot-resolver", 1, CacheRule.AtLeast, KnotFloorSeconds) { Clock = CacheClock.ThroughLastSecond },
            SetUp = site => new ResolverSetUp(
                ["-n", "-c", "kresd.conf", "."],
                [
                    ("kresd.conf", string.Create(CultureInfo.InvariantCulture, $$"""
                        net.listen('127.0.0.1', {{site.Port}}, {kind='dns'})
                        net.listen('{{site.Directory}}/{{KnotInspection.ControlSocket}}', nil, {kind='control'})
                        net.outgoing_v4('{{site.Source}}')
                        cache.open(10*MB, 'lmdb://{{site.Directory}}')
                        trust_anchors.remove('.')
                        -- Not policy.STUB: of such answers it keeps nothing for more than five seconds, whatever their TTL.
                        policy.add(policy.suffix(policy.FORWARD('127.0.0.1@{{site.AuthorityPort}}'), {todname('{{LabPlan.Zone}}')}))

                        """)),
                ]),
            Inspection = new KnotInspection(),
        },
        new()
        {
            Name = "pdns-recursor",
            Package = "pdns-recursor",
            Command = "pdns_recursor",
            Says = "does as it is told",
            Behaviour = ttl => new ResolverClass("pdns-recursor", 1, CacheRule.Honour) { Clock = CacheClock.UntilLastSecond },
            SetUp = site => new ResolverSetUp(
                [$"--config-dir={site.Directory}"],
                [
                    ("recursor.conf", string.Create(CultureInfo.InvariantCulture, $"""
                        local-address=127.0.0.1
                        local-port={site.Port}
                        query-local-address={site.Source}
                        socket-dir={site.Directory}
                        daemon=no
                        write-pid=no
                        disable-syslog=yes
                        security-poll-suffix=
                        threads=1
                        dnssec=off
                        dont-query=
                        forward-zones={LabPlan.Zone}=127.0.0.1:{site.AuthorityPort}

                        """)),
                ]),
            Inspection = new RecursorInspection(),
        },
    ];
}
