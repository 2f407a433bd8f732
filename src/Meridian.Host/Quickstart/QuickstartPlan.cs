using System.Net;

namespace Meridian.Host.Quickstart;

/// <summary>What examples/quickstart/meridian.yaml expects to find. A test compares the two.</summary>
internal static class QuickstartPlan
{
    public const string Configuration = "examples/quickstart/meridian.yaml";

    /// <summary>Where the example answers queries.</summary>
    public static readonly IPEndPoint Dns = new(IPAddress.Loopback, 5300);

    /// <summary>Where the example tells its state.</summary>
    public static readonly Uri Http = new("http://127.0.0.1:8053");

    /// <summary>The sites in the order of the keys that stop and start them.</summary>
    public static IReadOnlyList<string> Sites { get; } = ["eu", "us"];

    public static IReadOnlyList<BackendPlan> Backends { get; } =
    [
        new("eu-1", "eu", new IPEndPoint(new IPAddress([127, 0, 1, 1]), 8080)),
        new("eu-2", "eu", new IPEndPoint(new IPAddress([127, 0, 1, 2]), 8080)),
        new("us-1", "us", new IPEndPoint(new IPAddress([127, 0, 2, 1]), 8080)),
        new("us-2", "us", new IPEndPoint(new IPAddress([127, 0, 2, 2]), 8080)),
    ];

    /// <summary>What is asked again and again to show where answers go: names of the example, seen from places.</summary>
    public static IReadOnlyList<SamplePlan> Samples { get; } =
    [
        new("NL", "www.example.test", IPAddress.Parse("193.0.6.0"), 24),
        new("US", "www.example.test", IPAddress.Parse("8.8.8.0"), 24),
        new("BR", "www.example.test", IPAddress.Parse("200.160.0.0"), 24),
        new("JP", "www.example.test", IPAddress.Parse("2001:200::"), 48),
        new("canary", "canary.example.test", null, 0),
    ];

    /// <summary>What to try in another terminal.</summary>
    public static IReadOnlyList<(string Command, string Shows)> Commands { get; } =
    [
        ("dig @127.0.0.1 -p 5300 www.example.test A", "steered, from this machine's address"),
        ("dig @127.0.0.1 -p 5300 www.example.test A +subnet=193.0.6.0/24", "as a client in the Netherlands: site eu"),
        ("dig @127.0.0.1 -p 5300 www.example.test A +subnet=8.8.8.0/24", "as one in the United States: site us"),
        ("dig @127.0.0.1 -p 5300 www.example.test A +subnet=200.160.0.0/24", "as one in Brazil: site us, which South America falls to"),
        ("dig @127.0.0.1 -p 5300 www.example.test A +subnet=2001:200::/48", "as one in Japan: one site or the other, half and half"),
        ("dig @127.0.0.1 -p 5300 canary.example.test A", "weighted 70/30 between eu and us"),
        ("dig @127.0.0.1 -p 5300 api.example.test A", "round robin: ask again"),
        ("dig @127.0.0.1 -p 5300 multi.example.test A", "multivalue: up to three members of both sites"),
        ("dig @127.0.0.1 -p 5300 www.example.test HTTPS", "address hints from the same decision"),
        ("out/meridian status", "members and their health"),
        ("out/meridian explain www.example.test A --client 193.0.6.0/24", "why"),
    ];
}

/// <summary>One backend.</summary>
internal sealed record BackendPlan(string Name, string Site, IPEndPoint Address);

/// <summary>One question that is sampled.</summary>
/// <param name="Label">The column's heading.</param>
/// <param name="Name">The queried name.</param>
/// <param name="Subnet">The client subnet that is sent along; null sends none.</param>
/// <param name="PrefixLength">Bits of it.</param>
internal sealed record SamplePlan(string Label, string Name, IPAddress? Subnet, int PrefixLength);
