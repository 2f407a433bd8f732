using System.Text;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>BIND in the foreground, authoritative only, without its judgement of the zones' contents.</summary>
internal static class BindSetup
{
    public static ServerSetup Create(ServerPlace place)
    {
        // check-* ignore: the hand-written zones hold what is odd on purpose. no-auth: the sections that the others send too.
        StringBuilder configuration = new($$"""
            options {
                directory "{{place.Directory}}";
                listen-on port {{place.Endpoint.Port}} { {{place.Endpoint.Address}}; };
                listen-on-v6 { none; };
                pid-file "{{place.Directory}}/named.pid";
                session-keyfile "{{place.Directory}}/session.key";
                managed-keys-directory "{{place.Directory}}";
                recursion no;
                dnssec-validation no;
                notify no;
                allow-query { any; };
                allow-transfer { none; };
                max-udp-size 1232;
                edns-udp-size 1232;
                minimal-responses no-auth;
                minimal-any yes;
                empty-zones-enable no;
                rrset-order { order none; };
                check-names primary ignore;
                check-dup-records ignore;
                check-integrity no;
                check-mx ignore;
                check-mx-cname ignore;
                check-srv-cname ignore;
                check-sibling no;
                check-wildcard no;
                check-spf ignore;
                max-records-per-type 0;
                max-types-per-name 0;
                tcp-clients 200;
                server-id "{{FleetIdentity.Name}}";
                answer-cookie yes;
                cookie-algorithm siphash24;
                cookie-secret "{{FleetIdentity.CookieSecret}}";
            };
            controls { };

            """);
        foreach (TestZone zone in place.Zones)
        {
            configuration.Append($"zone \"{zone.Apex}\" {{ type primary; file \"{zone.FileName}\"; }};\n");
        }
        return new ServerSetup(
            ["named", "-g", "-n", "1", "-c", $"{place.Directory}/named.conf"],
            new Dictionary<string, string> { ["named.conf"] = configuration.ToString() });
    }
}
