namespace Meridian.Functional.Tests;

/// <summary>A configuration with ten different mistakes, and where they are.</summary>
internal static class TenMistakes
{
    public const string Document =
        """
        lisen: {dns: ["127.0.0.1:5300"]}
        sites:
          eu: {near: "aws:eu-wets-1"}
        monitors:
          web:
            type: https
            interval: 10
        pools:
          web-eu:
            site: ue
            monitor: web
            min-healthy: 3
            members:
              - {address: 203.0.113.10}
              - {address: 203.0.113.300}
        policies:
          www:
            ttl: 60s
            failovr: [web-eu]
          loop-a: {failover: [loop-b]}
          loop-b: {failover: [loop-a]}
        zones:
          example.test:
            soa: {primary: ns1, contact: hostmaster@example.test}
            records:
              "@": {NS: [ns1], CNAME: www}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: wwww}}

        """;

    /// <summary>Line, column, and a word that the message must have.</summary>
    public static IReadOnlyList<(int Line, int Column, string Word)> Expected { get; } =
    [
        (1, 1, "'listen'"),
        (3, 14, "'aws:eu-west-1'"),
        (7, 15, "10s"),
        (10, 11, "'eu'"),
        (12, 18, "min-healthy"),
        (15, 19, "203.0.113.300"),
        (19, 5, "'failover'"),
        (21, 3, "loop-a"),
        (26, 24, "apex"),
        (28, 24, "'www'"),
    ];
}
