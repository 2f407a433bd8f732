using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>listen</c>.</summary>
internal static class ListenSection
{
    private static readonly ListenModel Defaults = new();
    private static readonly EndpointValue Endpoint = new();

    private static readonly SchemaKey<ImmutableArray<IPEndPoint?>> Dns = new(
        "dns",
        new ListValue<IPEndPoint?>(Endpoint, "addresses with ports"),
        [.. Defaults.Dns],
        "UDP and TCP, one pair of sockets each.");

    private static readonly SchemaKey Http = new(
        "http",
        "an address with a port, or `off`",
        "The local endpoint for `/healthz`, `/readyz`, `/metrics`, `status` and `explain`.")
    {
        DefaultText = $"`{Defaults.Http}`",
    };

    private static readonly SchemaKey<int?> Threads = new(
        "threads", new OptionalValue<int>(new IntegerValue(1, 256)), null, "UDP worker threads.")
    {
        DefaultText = "one per core",
    };

    private static readonly SchemaKey<int> UdpPayloadSize = new(
        "udp-payload-size",
        new IntegerValue(512, 4096),
        Defaults.UdpPayloadSize,
        "Largest UDP response in octets. The default avoids fragmentation (DNS Flag Day 2020).");

    private static readonly SchemaKey Xdp = new(
        "xdp", "map", "A network interface to take queries from past the kernel's network stack.")
    {
        DefaultText = "sockets only",
    };

    private static readonly SchemaKey Votes = new("votes", "map", "Where vantage points elsewhere deliver their votes.")
    {
        DefaultText = "nowhere",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "listen",
        Summary = "Where the server listens: on loopback unless told otherwise.",
        Keys = [Dns, Http, Threads, UdpPayloadSize, Xdp, Votes],
        Example = "listen: {dns: [\"192.0.2.53:53\", \"[2001:db8::53]:53\"], http: \"127.0.0.1:8053\"}",
    };

    public static ListenModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return Defaults;
        }
        ImmutableArray<IPEndPoint> dns = [.. map.Read(Dns).OfType<IPEndPoint>()];
        foreach (IPEndPoint twice in dns.GroupBy(endpoint => endpoint).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            map.Error(Dns, $"'{twice}' is listed twice");
        }
        return new ListenModel
        {
            Dns = dns,
            Http = ReadHttp(map),
            Threads = map.Read(Threads),
            UdpPayloadSize = map.Read(UdpPayloadSize),
            Xdp = map.Find(Xdp) is { } xdp ? XdpSection.Read(context, xdp, map.PathOf(Xdp)) : null,
            Votes = map.Find(Votes) is { } votes ? VantageSection.ReadListen(context, votes, map.PathOf(Votes)) : null,
        };
    }

    private static IPEndPoint? ReadHttp(MapReader map)
    {
        switch (map.Find(Http))
        {
            case null:
                return Defaults.Http;
            case ScalarNode { Text: "off" }:
                return null;
            case { } node:
                return Endpoint.TryRead(map.Context, node, map.PathOf(Http), out IPEndPoint? endpoint) ? endpoint : Defaults.Http;
        }
    }
}
