using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

/// <summary>The transports over the real engine.</summary>
public sealed class EngineTests
{
    [Fact]
    public async Task Engine_StaticNames_AreAnsweredOverUdpAndTruncatedToTcp()
    {
        DataPlane dataPlane = Serve();
        await using DnsServer server = new(
            TestServer.OptionsFor(IPAddress.Loopback),
            _ => new QueryAnswerer(dataPlane, new AnswerLimits()),
            TimeProvider.System,
            new RecordingLogger());
        server.Start();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        udp.Connect(server.BoundEndpoints[0]);
        using TcpDnsClient tcp = TcpDnsClient.Connect(server.BoundEndpoints[0], null);

        byte[] answer = Exchange(udp, Query("www.example.com", RecordType.A));
        Assert.Equal(1, AnswerCount(answer));
        Assert.Equal([192, 0, 2, 1], answer[^4..]);

        byte[] truncated = Exchange(udp, Query("big.example.com", RecordType.TXT));
        Assert.True((truncated[2] & 0x02) != 0, "TC is set.");
        Assert.InRange(truncated.Length, 12, 512);

        byte[] whole = tcp.Exchange(Query("big.example.com", RecordType.TXT));
        Assert.True((whole[2] & 0x02) == 0, "TC is not set.");
        Assert.Equal(200, AnswerCount(whole));

        byte[] denied = tcp.Exchange(Query("nowhere.example.com", RecordType.A));
        Assert.Equal((int)Rcode.NXDomain, denied[3] & 15);

        ServerReport report = server.Counters.Sum();
        Assert.Equal(1, report.Udp.AnswersWith(AnswerFlags.Truncated));
        Assert.Equal(1, report.Udp.AnswersOf(AnswerKind.Positive) - report.Udp.AnswersWith(AnswerFlags.Truncated));
        Assert.Equal(1, report.Tcp.AnswersOf(Rcode.NXDomain));
    }

    [Fact]
    public async Task Engine_PublishedAnew_TheNextQuerySeesIt()
    {
        DataPlane dataPlane = new(TimeProvider.System);
        await using DnsServer server = new(
            TestServer.OptionsFor(IPAddress.Loopback),
            _ => new QueryAnswerer(dataPlane, new AnswerLimits()),
            TimeProvider.System,
            new RecordingLogger());
        server.Start();
        using TcpDnsClient client = TcpDnsClient.Connect(server.BoundEndpoints[0], null);
        Assert.Equal((int)Rcode.ServFail, client.Exchange(Query("www.example.com", RecordType.A))[3] & 15);

        dataPlane.Publish(Compile(), new AllUp());
        Assert.Equal(1, AnswerCount(client.Exchange(Query("www.example.com", RecordType.A))));
    }

    [Fact]
    public async Task Engine_ZoneForAView_IsCountedByTheViewsOfWhoAsks()
    {
        DataPlane dataPlane = Serve(new ViewModel { Name = "here", Networks = [IPNetwork.Parse("127.0.0.0/8")] });
        ViewQueries views = new();
        await using DnsServer server = new(
            TestServer.OptionsFor(IPAddress.Loopback),
            _ => new QueryAnswerer(dataPlane, new AnswerLimits()) { Views = views.Add() },
            TimeProvider.System,
            new RecordingLogger())
        {
            Views = views,
        };
        server.Start();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        udp.Connect(server.BoundEndpoints[0]);
        using TcpDnsClient tcp = TcpDnsClient.Connect(server.BoundEndpoints[0], null);

        Exchange(udp, Query("www.example.com", RecordType.A));
        tcp.Exchange(Query("www.example.com", RecordType.A));

        using MetricsCollector collector = new("Test.Views");
        using ServerMeter meter = new(server.Counters, server.Views, "Test.Views");
        string text = PrometheusText.Format(collector.Collect());
        Assert.Contains("meridian_dns_view_queries_total{view=\"here\"} 2\n", text, StringComparison.Ordinal);
        // Nobody else has asked.
        Assert.DoesNotContain("meridian_dns_view_queries_total{view=\"\"}", text, StringComparison.Ordinal);
    }

    private static DataPlane Serve(ViewModel? view = null)
    {
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Compile(view), new AllUp());
        return dataPlane;
    }

    private static DataPlaneSnapshot Compile(ViewModel? view = null)
    {
        DomainName apex = DomainName.Parse("example.com.");
        ReadOnlyMemory<byte> address = new byte[] { 192, 0, 2, 1 };
        ZoneModel zone = new()
        {
            Apex = apex,
            Views = view is null ? [] : [view.Name],
            Soa = new SoaModel { Primary = DomainName.Parse("ns1", apex), Contact = DomainName.Parse("hostmaster", apex) },
            RRsets =
            [
                new RRsetModel { Owner = apex, Type = RecordType.NS, Rdata = [Encoding.ASCII.GetBytes("\x3ns1\x7" + "example\x3" + "com\0")] },
                new RRsetModel { Owner = DomainName.Parse("ns1", apex), Type = RecordType.A, Rdata = [address] },
                new RRsetModel { Owner = DomainName.Parse("www", apex), Type = RecordType.A, Rdata = [address] },
                new RRsetModel
                {
                    Owner = DomainName.Parse("big", apex),
                    Type = RecordType.TXT,
                    Rdata =
                    [
                        .. Enumerable.Range(0, 200).Select(static index =>
                            (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"\x64{index:D100}")),
                    ],
                },
            ],
        };
        MeridianModel model = new();
        model = model with { Zones = model.Zones.SetItem(apex, zone), Views = view is null ? model.Views : model.Views.SetItem(view.Name, view) };
        CompileResult result = SnapshotCompiler.Compile(
            model, PlaceDatabase.Empty, new RevisionInfo(1, 1, "digest", DateTimeOffset.UnixEpoch), null);
        Assert.Empty(result.Problems);
        return Assert.IsType<DataPlaneSnapshot>(result.Snapshot);
    }

    private static byte[] Query(string name, RecordType type)
    {
        using MemoryStream message = new();
        message.Write([0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in name.Split('.'))
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        message.Write([0, (byte)((int)type >> 8), (byte)type, 0, 1]);
        return message.ToArray();
    }

    private static byte[] Exchange(Socket udp, byte[] query)
    {
        udp.Send(query);
        byte[] buffer = new byte[4096];
        return buffer[..udp.Receive(buffer)];
    }

    private static int AnswerCount(byte[] message) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(6));

    private sealed class AllUp : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;
    }
}
