using System.Text;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>NSD in the foreground, one worker, no limits on rates, no control socket.</summary>
internal static class NsdSetup
{
    public static ServerSetup Create(ServerPlace place)
    {
        StringBuilder configuration = new($"""
            server:
              ip-address: {place.Endpoint.Address}@{place.Endpoint.Port}
              username: ""
              chroot: ""
              database: ""
              zonesdir: "{place.Directory}"
              pidfile: "{place.Directory}/nsd.pid"
              xfrdfile: "{place.Directory}/xfrd.state"
              zonelistfile: "{place.Directory}/zone.list"
              xfrdir: "{place.Directory}"
              server-count: 1
              tcp-count: 200
              ipv4-edns-size: 1232
              rrl-ratelimit: 0
              rrl-whitelist-ratelimit: 0
              minimal-responses: no
              refuse-any: no
              round-robin: no
              verbosity: 1
              nsid: "ascii_{FleetIdentity.Name}"
              identity: "{FleetIdentity.Name}"
              answer-cookie: yes
              cookie-secret: "{FleetIdentity.CookieSecret}"
            remote-control:
              control-enable: no

            """);
        foreach (TestZone zone in place.Zones)
        {
            configuration.Append($"zone:\n  name: \"{zone.Apex}\"\n  zonefile: \"{zone.FileName}\"\n");
        }
        return new ServerSetup(
            ["nsd", "-d", "-c", $"{place.Directory}/nsd.conf"],
            new Dictionary<string, string> { ["nsd.conf"] = configuration.ToString() });
    }
}
