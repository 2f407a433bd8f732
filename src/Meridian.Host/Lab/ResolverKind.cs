using System.Collections.Immutable;
using System.Globalization;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>A caching resolver of Debian's with settings that matter for TTLs.</summary>
internal sealed record ResolverKind
{
    /// <summary>As <c>--mix</c> names it.</summary>
    public required string Name { get; init; }

    /// <summary>The Debian package.</summary>
    public required string Package { get; init; }

    /// <summary>The executable, in /usr/sbin.</summary>
    public required string Command { get; init; }

    /// <summary>What it does with TTLs, in words.</summary>
    public required string Says { get; init; }

    /// <summary>What the simulator makes of it, for the TTL of the experiment.</summary>
    public required Func<int, ResolverClass> Behaviour { get; init; }

    /// <summary>Arguments, and files to write first (name and text), for one instance.</summary>
    public required Func<ResolverSite, ResolverSetUp> SetUp { get; init; }

    // Servers are where the PATH of an ordinary user does not lead.
    private static readonly string[] Directories = ["/usr/sbin", "/usr/bin", "/sbin"];

    /// <summary>A floor under TTLs, in TTLs of the experiment.</summary>
    private const int FloorFactor = 3;

    /// <summary>A fixed life, in TTLs of the experiment.</summary>
    private const int IgnoreFactor = 5;

    public static ImmutableArray<ResolverKind> All { get; } =
    [
        Unbound("unbound", "does as it is told", _ => "", ttl => new ResolverClass("unbound", 1, CacheRule.Honour)),
        Unbound(
            "unbound-floor", "keeps every answer for at least three TTLs (cache-min-ttl)",
            ttl => $"  cache-min-ttl: {ttl * FloorFactor}\n",
            ttl => new ResolverClass("unbound-floor", 1, CacheRule.AtLeast, ttl * FloorFactor)),
        Unbound(
            "unbound-stale", "serves stale (serve-expired)", _ => "  serve-expired: yes\n",
            ttl => new ResolverClass("unbound-stale", 1, CacheRule.ServeStale, 86_400)),
        new()
        {
            Name = "dnsmasq-ignore",
            Package = "dnsmasq-base",
            Command = "dnsmasq",
            Says = "keeps every answer for five TTLs (min-cache-ttl and max-cache-ttl)",
            Behaviour = ttl => new ResolverClass("dnsmasq-ignore", 1, CacheRule.Ignore, ttl * IgnoreFactor),
            SetUp = site => new ResolverSetUp(
                [
                    "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", $"--port={site.Port}",
                    "--listen-address=127.0.0.1", "--bind-interfaces", $"--server=/{LabPlan.Zone}/127.0.0.1#{site.AuthorityPort}",
                    "--cache-size=1000", $"--min-cache-ttl={site.Ttl * IgnoreFactor}", $"--max-cache-ttl={site.Ttl * IgnoreFactor}",
                    "--user=root", "--pid-file=",
                ],
                []),
        },
        new()
        {
            Name = "knot-resolver",
            Package = "knot-resolver",
            Command = "kresd",
            Says = "does as it is told",
            Behaviour = ttl => new ResolverClass("knot-resolver", 1, CacheRule.Honour),
            SetUp = site => new ResolverSetUp(
                ["-n", "-c", "kresd.conf", "."],
                [
                    ("kresd.conf", string.Create(CultureInfo.InvariantCulture, $$"""
                        net.listen('127.0.0.1', {{site.Port}}, {kind='dns'})
                        cache.open(10*MB, 'lmdb://{{site.Directory}}')
                        trust_anchors.remove('.')
                        policy.add(policy.suffix(policy.STUB('127.0.0.1@{{site.AuthorityPort}}'), {todname('{{LabPlan.Zone}}')}))

                        """)),
                ]),
        },
        new()
        {
            Name = "pdns-recursor",
            Package = "pdns-recursor",
            Command = "pdns_recursor",
            Says = "does as it is told",
            Behaviour = ttl => new ResolverClass("pdns-recursor", 1, CacheRule.Honour),
            SetUp = site => new ResolverSetUp(
                [$"--config-dir={site.Directory}"],
                [
                    ("recursor.conf", string.Create(CultureInfo.InvariantCulture, $"""
                        local-address=127.0.0.1
                        local-port={site.Port}
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
        },
    ];

    /// <summary>Where the executable is; null when it is not installed.</summary>
    public string? FindCommand() =>
        Directories.Select(directory => Path.Combine(directory, Command)).FirstOrDefault(File.Exists);

    private static ResolverKind Unbound(string name, string says, Func<int, string> extra, Func<int, ResolverClass> behaviour) => new()
    {
        Name = name,
        Package = "unbound",
        Command = "unbound",
        Says = says,
        Behaviour = behaviour,
        SetUp = site => new ResolverSetUp(
            ["-d", "-c", "unbound.conf"],
            [
                // Small caches and few sockets: some hundred of them run beside each other.
                ("unbound.conf", string.Create(CultureInfo.InvariantCulture, $"""
                    server:
                      directory: "{site.Directory}"
                      chroot: ""
                      username: ""
                      pidfile: "{site.Directory}/unbound.pid"
                      interface: 127.0.0.1@{site.Port}
                      do-daemonize: no
                      use-syslog: no
                      do-not-query-localhost: no
                      module-config: "iterator"
                      num-threads: 1
                      msg-cache-size: 256k
                      rrset-cache-size: 256k
                      outgoing-range: 32
                      num-queries-per-thread: 32
                    {extra(site.Ttl)}stub-zone:
                      name: "{LabPlan.Zone}."
                      stub-addr: 127.0.0.1@{site.AuthorityPort}

                    """)),
            ]),
    };
}

/// <summary>Where one instance runs.</summary>
/// <param name="Directory">A directory of its own.</param>
/// <param name="Port">Where it listens, on 127.0.0.1.</param>
/// <param name="AuthorityPort">Where Meridian listens.</param>
/// <param name="Ttl">The TTL of the experiment.</param>
internal sealed record ResolverSite(string Directory, int Port, int AuthorityPort, int Ttl);

/// <summary>How to start one instance.</summary>
internal sealed record ResolverSetUp(ImmutableArray<string> Arguments, ImmutableArray<(string Name, string Text)> Files);
