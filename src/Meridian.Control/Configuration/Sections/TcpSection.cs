using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>listen.tcp</c>.</summary>
internal static class TcpSection
{
    private static readonly TcpModel Defaults = new();
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);

    private static readonly SchemaKey<int> Connections = new(
        "connections",
        new IntegerValue(1, 1_000_000),
        Defaults.Connections,
        "Connections in all, at some 4 KiB of the kernel's memory each. When there are as many, the one that has been idle longest makes room (RFC 7766 §6.2.3).");

    private static readonly SchemaKey<int> ConnectionsPerClient = new(
        "connections-per-client",
        new IntegerValue(1, 1_000_000),
        Defaults.ConnectionsPerClient,
        "Connections of one client: an IPv4 address, or an IPv6 /64. Enough for a farm of resolvers behind one address.");

    private static readonly SchemaKey<TimeSpan> IdleTimeout = new(
        "idle-timeout",
        new DurationValue(ShortestTimeout, TimeSpan.FromHours(1)),
        Defaults.IdleTimeout,
        "How long a connection with nothing to do stays open; clients that ask are told (RFC 7828).");

    private static readonly SchemaKey<TimeSpan> QueryTimeout = new(
        "query-timeout",
        new DurationValue(ShortestTimeout, TimeSpan.FromMinutes(1)),
        Defaults.QueryTimeout,
        "How long one query may take from its first octet to its last: what a client gets that dribbles to hold a connection.");

    private static readonly SchemaKey<TimeSpan> SendTimeout = new(
        "send-timeout",
        new DurationValue(ShortestTimeout, TimeSpan.FromMinutes(1)),
        Defaults.SendTimeout,
        "How long a client may take nothing of an answer that waits for it.");

    private static readonly SchemaKey<int> BufferMebibytes = new(
        "buffer-mebibytes",
        new IntegerValue(1, 16_384),
        Defaults.BufferMebibytes,
        "Memory for partial queries and unsent answers of all connections, in MiB. When it is used up, the connection whose client has taken nothing for longest is closed.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "listen.tcp",
        Summary = "What TCP clients are granted, so that those who are slow on purpose cost little. Changes take a restart.",
        Keys = [Connections, ConnectionsPerClient, IdleTimeout, QueryTimeout, SendTimeout, BufferMebibytes],
        Example = "listen: {dns: [\"192.0.2.53:53\"], tcp: {connections: 50000, idle-timeout: 5s}}",
    };

    public static TcpModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map ? Defaults : new TcpModel
        {
            Connections = map.Read(Connections),
            ConnectionsPerClient = map.Read(ConnectionsPerClient),
            IdleTimeout = map.Read(IdleTimeout),
            QueryTimeout = map.Read(QueryTimeout),
            SendTimeout = map.Read(SendTimeout),
            BufferMebibytes = map.Read(BufferMebibytes),
        };
}
