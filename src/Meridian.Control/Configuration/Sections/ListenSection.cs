using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Http;
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
        "The HTTP endpoint: `/healthz`, `/readyz`, `/metrics` and the API. Beyond loopback it takes `http-tls`.")
    {
        DefaultText = $"`{Defaults.Http}`",
    };

    private static readonly SchemaKey HttpTls = new("http-tls", "map", "TLS of the HTTP endpoint.") { DefaultText = "plain HTTP" };

    private static readonly SchemaKey<bool> HttpPlain = new(
        "http-plain",
        new BooleanValue(),
        false,
        "Let the HTTP endpoint listen beyond loopback without TLS. Tokens then cross the network in clear text: only behind something that encrypts.");

    private static readonly SchemaKey<int?> Threads = new(
        "threads", new OptionalValue<int>(new IntegerValue(1, 256)), null, "UDP worker threads.")
    {
        DefaultText = "one per core",
    };

    private static readonly SchemaKey<int> Batch = new(
        "batch",
        new IntegerValue(1, 1024),
        Defaults.Batch,
        "Datagrams that a thread takes from the kernel, and gives back, by one call. More than the default saves nothing, and "
        + "its memory leaves the core's second-level cache.");

    private static readonly SchemaKey<int> Gather = new(
        "gather-microseconds",
        new IntegerValue(0, 1000),
        Defaults.GatherMicroseconds,
        "How long a thread that is busy for most of its time lets datagrams come together, to which the kernel adds some "
        + "50 µs. Saves a tenth of the CPU per query under load; a thread that is not busy never waits. 0: never.");

    private static readonly SchemaKey<int> UdpPayloadSize = new(
        "udp-payload-size",
        new IntegerValue(512, 4096),
        Defaults.UdpPayloadSize,
        "Largest UDP response in octets. The default avoids fragmentation (DNS Flag Day 2020).");

    private static readonly SchemaKey Tcp = new("tcp", "map", "What TCP clients are granted.");

    private static readonly SchemaKey Xdp = new(
        "xdp", "map", "A network interface to take queries from past the kernel's network stack.")
    {
        DefaultText = "sockets only",
    };

    private static readonly SchemaKey Votes = new("votes", "map", "Where vantage points elsewhere deliver their votes.")
    {
        DefaultText = "nowhere",
    };

    private static readonly SchemaKey<IPEndPoint?> Route53 = new(
        "route53",
        Endpoint,
        null,
        "The Route 53 API, for the AWS CLI, SDKs, Terraform and other tools; keys come from `meridian keys create`. Takes a store (`meridian serve "
        + "--store`). As `http`, it takes TLS beyond loopback, and speaks it wherever `http-tls` is set.")
    {
        DefaultText = "nowhere",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "listen",
        Summary = "Where the server listens: on loopback unless told otherwise.",
        Keys = [Dns, Http, HttpTls, HttpPlain, Threads, Batch, Gather, UdpPayloadSize, Tcp, Xdp, Votes, Route53],
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
        IPEndPoint? http = ReadHttp(map);
        HttpTlsModel? tls = map.Find(HttpTls) is { } tlsNode ? HttpTlsSection.Read(context, tlsNode, map.PathOf(HttpTls)) : null;
        bool isPlainAllowed = map.Read(HttpPlain);
        if (http is not null && LocalEndpoint.RefuseToListen(http, map.Has(HttpTls), isPlainAllowed) is { } refusal)
        {
            map.Error(Http, refusal);
        }
        IPEndPoint? route53 = map.Read(Route53);
        if (route53 is not null && LocalEndpoint.RefuseToListen(route53, map.Has(HttpTls), isPlainAllowed) is { } beyond)
        {
            map.Error(Route53, beyond);
        }
        return new ListenModel
        {
            Dns = dns,
            Http = http,
            Route53 = route53,
            HttpTls = tls,
            IsPlainHttpAllowed = isPlainAllowed,
            Threads = map.Read(Threads),
            Batch = map.Read(Batch),
            GatherMicroseconds = map.Read(Gather),
            UdpPayloadSize = map.Read(UdpPayloadSize),
            Tcp = map.Find(Tcp) is { } tcp ? TcpSection.Read(context, tcp, map.PathOf(Tcp)) : Defaults.Tcp,
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
