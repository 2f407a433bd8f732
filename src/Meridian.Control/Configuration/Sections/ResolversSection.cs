using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>resolvers</c>.</summary>
internal static class ResolversSection
{
    private const int MaxServers = 8;

    private static readonly ResolversModel Defaults = new();

    private static readonly SchemaKey<ImmutableArray<IPEndPoint?>> Servers = new(
        "servers",
        new ListValue<IPEndPoint?>(new ResolverValue(), "addresses"),
        [],
        "Recursive resolvers, asked in this order. They are believed: put them close, and let them validate. At most 8.")
    {
        DefaultText = "those of the operating system (`/etc/resolv.conf`, read again every 30 s)",
    };

    private static readonly SchemaKey<TimeSpan> Timeout = new(
        "timeout",
        new DurationValue(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10)),
        Defaults.Timeout,
        "How long one attempt may take.");

    private static readonly SchemaKey<int> Attempts = new(
        "attempts",
        new IntegerValue(1, 10),
        Defaults.Attempts,
        "Attempts until a lookup has failed, over all resolvers; the last of several is made over TCP.");

    private static readonly SchemaKey<int> Chain = new(
        "chain", new IntegerValue(1, 16), Defaults.ChainLength, "CNAME records that are followed from a name to its addresses.");

    private static readonly SchemaKey<TimeSpan> MaxTtl = new(
        "max-ttl",
        new DurationValue(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)),
        Defaults.MaxTtl,
        "No answer is gone by for longer, whatever its TTL.");

    private static readonly SchemaKey<TimeSpan> Keep = new(
        "keep",
        new DurationValue(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
        Defaults.Keep,
        "How long the last good addresses are answered while nobody can be asked, with a TTL of 30 s at the most. After it, SERVFAIL.");

    private static readonly SchemaKey<TimeSpan> NegativeHold = new(
        "negative-hold",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(1)),
        Defaults.NegativeHold,
        "How long \"no such name\" or \"no such data\" has to be said before good addresses are given up for it.");

    private static readonly SchemaKey<int> Concurrency = new(
        "concurrency", new IntegerValue(1, 256), Defaults.Concurrency, "Lookups that run at the same time.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "resolvers",
        Summary = "Whom the server asks for names outside its zones: targets of `ALIAS`, and hostnames in pools that addresses are answered from. "
            + "It asks ahead of the queries, never for one: see docs/alias.md.",
        Keys = [Servers, Timeout, Attempts, Chain, MaxTtl, Keep, NegativeHold, Concurrency],
        Example = "resolvers: {servers: [192.0.2.53, \"[2001:db8::53]:53\"], keep: 3d}",
    };

    public static ResolversModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return Defaults;
        }
        ImmutableArray<IPEndPoint> servers = [.. map.Read(Servers).OfType<IPEndPoint>()];
        if (servers.Length > MaxServers)
        {
            map.Error(Servers, $"{servers.Length} resolvers: at most {MaxServers}");
        }
        return new ResolversModel
        {
            Servers = servers.Length == 0 ? [] : [.. servers],
            Timeout = map.Read(Timeout),
            Attempts = map.Read(Attempts),
            ChainLength = map.Read(Chain),
            MaxTtl = map.Read(MaxTtl),
            Keep = map.Read(Keep),
            NegativeHold = map.Read(NegativeHold),
            Concurrency = map.Read(Concurrency),
        };
    }
}
