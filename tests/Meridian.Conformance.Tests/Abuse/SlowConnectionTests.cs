using System.Globalization;
using System.Net;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>Connections that are slow on purpose cost little, and delay nobody else's answers.</summary>
public sealed class SlowConnectionTests(ITestOutputHelper output)
{
    private const int LongCount = 1_000;
    private const int ShortCount = 200;
    private const int HonestPerSecond = 200;
    private const string HonestName = "a1.big.test.";

    // The machine's own jitter: a tenth of what resolvers take for a sign of trouble.
    private const double DelayMs = 10;

    private static readonly TimeSpan ShortPhase = TimeSpan.FromSeconds(2);

    // Less than the time after which those that take nothing are closed.
    private static readonly TimeSpan LongPhase = TimeSpan.FromSeconds(8);

    // A question of 30 octets takes less than the five seconds that it may: the slowest that is not closed.
    private static readonly Slowness Dribbling = new("an octet at a time", Question(HonestName, RecordType.A), OctetsPerSecond: 8, OctetsAllowed: 64 << 10);

    // Ten answers of 58 KiB each: more than the buffers of both ends hold. One of them may wait in the server, and as much in its kernel.
    private static readonly Slowness NeverReading = new(
        "never reading", [.. Enumerable.Repeat(Question("huge.big.test.", RecordType.TXT), 10).SelectMany(query => query)], OctetsPerSecond: 0, OctetsAllowed: 128 << 10);

    [Fact]
    public async Task Dribbling_AFew_CostLittleAndDelayNobody() => await RunAsync(Dribbling, ShortCount, ShortPhase);

    [Fact]
    public async Task NeverReading_AFew_CostLittleAndDelayNobody() => await RunAsync(NeverReading, ShortCount, ShortPhase);

    [Fact(Explicit = true)]
    public async Task Dribbling_AThousand_CostLittleAndDelayNobody() => await RunAsync(Dribbling, LongCount, LongPhase);

    [Fact(Explicit = true)]
    public async Task NeverReading_AThousand_CostLittleAndDelayNobody() => await RunAsync(NeverReading, LongCount, LongPhase);

    private async Task RunAsync(Slowness slowness, int count, TimeSpan phase)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        TestZone[] zones = [.. ZoneCollection.All.Where(zone => zone.Apex == "big.test.")];
        await using ServerSubject server = await ServerSubject.StartAsync(
            SubjectKind.Meridian, zones, place => MeridianSetup.Create(place), cancellation);
        Phase before = await MeasureAsync(server.Endpoint, phase, cancellation);
        ServerMemory idle = ServerMemory.Read(server.ProcessId, server.Endpoint);
        using SlowCrowd crowd = new(server.Endpoint, count, slowness.Octets, slowness.OctetsPerSecond);
        crowd.Start();
        Phase during = await MeasureAsync(server.Endpoint, phase, cancellation);
        ServerMemory loaded = ServerMemory.Read(server.ProcessId, server.Endpoint);
        long perConnection = (loaded.ResidentOctets - idle.ResidentOctets + loaded.SocketOctets - idle.SocketOctets) / count;
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            {count} connections, {slowness.Name}: {crowd.OctetsSent} octets sent, {loaded.Connections} connections held by the server, {crowd.Closed} opened again
            memory: process {idle.ResidentOctets >> 20} MiB before, {loaded.ResidentOctets >> 20} MiB during; the kernel's for the server's side {loaded.SocketOctets >> 10} KiB; together {perConnection >> 10} KiB a connection
            honest before: {before}
            honest during: {during}
            """);
        output.WriteLine(text);
        // Those of honest clients come and go.
        Assert.True(loaded.Connections >= count, text);
        Assert.True(perConnection <= slowness.OctetsAllowed, text);
        Assert.True(during.IsComplete, text);
        if (count == LongCount)
        {
            // A run among other tests is delayed by them.
            Assert.True(during.UdpMs <= before.UdpMs + DelayMs && during.TcpMs <= before.TcpMs + DelayMs, text);
        }
    }

    private static byte[] Question(string name, RecordType type) => TcpClient.Frame(new QueryBuilder(name, type) { Id = 1 }.Build());

    private static async Task<Phase> MeasureAsync(IPEndPoint server, TimeSpan duration, CancellationToken cancellationToken)
    {
        byte[] query = HonestCrowd.Query(HonestName);
        uint source = (127u << 24) | 1;
        using HonestCrowd datagrams = new(server, HonestPerSecond, _ => (source, query));
        using HonestStream streams = new(server, HonestName, HonestPerSecond);
        datagrams.Start();
        streams.Start();
        using PeriodicTimer timer = new(duration);
        await timer.WaitForNextTickAsync(cancellationToken);
        datagrams.Stop();
        streams.Stop();
        return new Phase(datagrams, streams);
    }

    /// <param name="Name">In the report.</param>
    /// <param name="Octets">What each connection sends.</param>
    /// <param name="OctetsPerSecond">One at a time; 0 for all at once.</param>
    /// <param name="OctetsAllowed">Memory for each connection, of the process and the kernel.</param>
    private sealed record Slowness(string Name, byte[] Octets, int OctetsPerSecond, int OctetsAllowed);

    /// <summary>How honest clients fared for a while.</summary>
    private sealed class Phase(HonestCrowd datagrams, HonestStream streams)
    {
        public bool IsComplete => datagrams.Answered == datagrams.Sent && streams.Answered == streams.Asked;

        public double UdpMs { get; } = datagrams.Percentile(0.99);

        public double TcpMs { get; } = streams.Percentile(0.99);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"UDP {datagrams.Answered} of {datagrams.Sent}, median {datagrams.Percentile(0.5):F2} ms, 99 % within {UdpMs:F2} ms; TCP {streams.Answered} of {streams.Asked}, median {streams.Percentile(0.5):F2} ms, 99 % within {TcpMs:F2} ms");
    }
}
