using System.Text;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>Knot DNS in the foreground, one worker of each kind, no journal, its control socket in its own directory.</summary>
internal static class KnotSetup
{
    public static ServerSetup Create(ServerPlace place)
    {
        // Soft checks: the hand-written zones hold what is odd on purpose, and mandatory checks still apply.
        StringBuilder configuration = new($"""
            server:
                rundir: "{place.Directory}"
                listen: {place.Endpoint.Address}@{place.Endpoint.Port}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
                udp-max-payload: 1232
                tcp-max-clients: 200
                nsid: "{FleetIdentity.Name}"
                identity: "{FleetIdentity.Name}"
            control:
                listen: "{place.Directory}/knot.sock"
            database:
                storage: "{place.Directory}/db"
                journal-db-max-size: 16M
            log:
              - target: stderr
                any: warning
            mod-cookies:
              - id: shared
                secret: "0x{FleetIdentity.CookieSecret}"
            template:
              - id: default
                storage: "{place.Directory}"
                journal-content: none
                zonefile-sync: -1
                semantic-checks: soft
                global-module: mod-cookies/shared
            zone:

            """);
        foreach (TestZone zone in place.Zones)
        {
            configuration.Append($"  - domain: \"{zone.Apex}\"\n    file: \"{zone.FileName}\"\n");
        }
        return new ServerSetup(
            ["knotd", "-c", $"{place.Directory}/knot.conf"],
            new Dictionary<string, string> { ["knot.conf"] = configuration.ToString() });
    }
}
