using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Format_AllKinds_IsPrometheusText()
    {
        using MetricsCollector collector = new("Test.Format");
        using Meter meter = new("Test.Format");
        Counter<long> counter = meter.CreateCounter<long>("meridian.test.things", "{thing}", "Things \\ counted.");
        counter.Add(2, new("b", "x\"y\n"), new("a", 1));
        counter.Add(3, new("a", 1), new("b", "x\"y\n"));
        counter.Add(1);
        meter.CreateObservableGauge("meridian.test.level", static () => 0.5, "s", "Level.");
        UpDownCounter<int> upDown = meter.CreateUpDownCounter<int>("meridian.test.held", "By", "Held.");
        upDown.Add(10);
        upDown.Add(-4);
        Histogram<double> histogram = meter.CreateHistogram(
            "meridian.test.took", "s", "Took.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(7);

        const string Expected = """
            # HELP meridian_metrics_lost_measurements_total Measurements left out: an instrument failed, or a metric has too many label sets.
            # TYPE meridian_metrics_lost_measurements_total counter
            meridian_metrics_lost_measurements_total 0
            # HELP meridian_test_held_bytes Held.
            # TYPE meridian_test_held_bytes gauge
            meridian_test_held_bytes 6
            # HELP meridian_test_level_seconds Level.
            # TYPE meridian_test_level_seconds gauge
            meridian_test_level_seconds 0.5
            # HELP meridian_test_things_total Things \\ counted.
            # TYPE meridian_test_things_total counter
            meridian_test_things_total 1
            meridian_test_things_total{a="1",b="x\"y\n"} 5
            # HELP meridian_test_took_seconds Took.
            # TYPE meridian_test_took_seconds histogram
            meridian_test_took_seconds_bucket{le="0.1"} 1
            meridian_test_took_seconds_bucket{le="1"} 2
            meridian_test_took_seconds_bucket{le="+Inf"} 3
            meridian_test_took_seconds_sum 7.6
            meridian_test_took_seconds_count 3

            """;
        Assert.Equal(Expected, PrometheusText.Format(collector.Collect()));

        // Observable values are taken anew, not added up.
        Assert.Equal(Expected, PrometheusText.Format(collector.Collect()));
    }

    [Fact]
    public void Collect_InstrumentThatFails_OthersAreShownAndTheLossIsCounted()
    {
        using MetricsCollector collector = new("Test.Failing");
        using Meter meter = new("Test.Failing");
        meter.CreateObservableGauge("meridian.test.broken", new Func<int>(static () => throw new InvalidOperationException()));
        meter.CreateObservableGauge("meridian.test.fine", static () => 4);

        string text = PrometheusText.Format(collector.Collect());
        Assert.Contains("meridian_test_fine 4\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_metrics_lost_measurements_total 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_EndlessLabels_AreLimitedAndCounted()
    {
        using MetricsCollector collector = new("Test.Endless");
        using Meter meter = new("Test.Endless");
        Counter<long> counter = meter.CreateCounter<long>("meridian.test.endless");
        for (int index = 0; index < MetricAccumulator.MaxSeries + 10; index++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("who", index));
        }

        Assert.Equal(MetricAccumulator.MaxSeries, collector.Collect().Single(f => f.Name == "meridian_test_endless_total").Series.Length);
        Assert.Contains(
            "meridian_metrics_lost_measurements_total 10\n", PrometheusText.Format(collector.Collect()), StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_MetersOfOthers_AreLeftOut()
    {
        using MetricsCollector collector = new("Test.Own");
        using Meter other = new("Other.Test.Own");
        other.CreateObservableGauge("meridian.test.other", static () => 1);
        Assert.Equal("meridian_metrics_lost_measurements_total", Assert.Single(collector.Collect()).Name);
    }

    [Fact]
    public async Task ServerMeter_AfterTraffic_ShowsWhatWasCounted()
    {
        await using TestServer server = TestServer.Start();
        using Socket udp = server.ConnectUdp();
        using TcpDnsClient tcp = server.ConnectTcp();
        byte[] query = Queries.Query(1, "www", 28);
        udp.Send(Queries.Query(2, "drop"));
        udp.Send(query);
        udp.Receive(new byte[512]);
        tcp.Exchange(Queries.Query(3, "big-100"));
        tcp.Dispose();
        await server.DisposeAsync();

        using MetricsCollector collector = new("Test.Server");
        using ServerMeter meter = new(server.Server.Counters, new ViewQueries(), "Test.Server");
        string text = PrometheusText.Format(collector.Collect());
        Assert.Contains("meridian_dns_queries_total{transport=\"udp\",type=\"AAAA\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_queries_total{transport=\"tcp\",type=\"A\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_answers_total{rcode=\"NoError\",transport=\"udp\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_answer_flags_total{flag=\"steered\",transport=\"tcp\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_answer_kinds_total{kind=\"positive\",transport=\"udp\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_drops_total{reason=\"no_room\",transport=\"udp\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"meridian_dns_sent_bytes_total{{transport=\"udp\"}} {query.Length}\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_tcp_accepted_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("meridian_dns_receive_queue_drops_total 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerMeter_EveryInstrument_IsInTheDocumentation()
    {
        await using TestServer server = TestServer.Start();
        List<string> names = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "Test.Documentation")
                {
                    names.Add(instrument.Name);
                }
            },
        };
        listener.Start();
        using ServerMeter meter = new(server.Server.Counters, new ViewQueries(), "Test.Documentation");
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Meridian.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not inside the repository.");
        }

        string documentation = await File.ReadAllTextAsync(
            Path.Combine(root, "docs", "operations", "metrics.md"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"`{name}`", documentation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReceiveQueueDrops_BufferTooSmall_AreCountedAlsoAfterTheStop()
    {
        using Gate gate = new();
        await using TestServer server = TestServer.Start(
            TestServer.OptionsFor(System.Net.IPAddress.Loopback) with { Udp = new() { ReceiveBufferOctets = 4096 } }, gate: gate);
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Query(1, "wait"));
        gate.WaitForArrival();
        for (ushort id = 0; id < 200; id++)
        {
            client.Send(Queries.Query(id, "www"));
        }

        long drops = server.Report.UdpReceiveQueueDrops;
        gate.Open();
        await server.DisposeAsync();
        Assert.InRange(drops, 1, 200);
        Assert.Equal(drops, server.Report.UdpReceiveQueueDrops);
        Assert.Equal(201, drops + server.Report.Udp.Answers);
    }
}
