using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Meridian.Dns;
using Meridian.Engine.Answering;

namespace Meridian.Server.Metrics;

/// <summary>
/// Publishes <see cref="ServerCounters"/> through System.Diagnostics.Metrics, so that every exporter sees them. The
/// instruments are observable: they cost nothing until somebody looks. docs/operations/metrics.md lists them.
/// </summary>
internal sealed class ServerMeter : IDisposable
{
    /// <summary>The default name of the meter.</summary>
    public const string DefaultName = "Meridian.Server";

    private readonly Meter _meter;
    private readonly ServerCounters _counters;
    private readonly ViewQueries _views;

    /// <param name="counters">What to publish.</param>
    /// <param name="views">What was counted by view.</param>
    /// <param name="name">The meter's name.</param>
    public ServerMeter(ServerCounters counters, ViewQueries views, string name = DefaultName)
    {
        _meter = new Meter(name);
        _counters = counters;
        _views = views;
        Count("meridian.dns.queries", "{query}", "Messages received, by transport and QTYPE.",
            static (traffic, add) => AddEach(add, "type", TrafficReport.TypeNames, traffic.QueriesByType));
        Count("meridian.dns.answers", "{answer}", "Messages answered, by transport and RCODE.",
            static (traffic, add) => AddEach(add, "rcode", RcodeNames, traffic.AnswersByRcode));
        Count("meridian.dns.answer_kinds", "{answer}", "Messages answered, by transport and kind of answer.",
            static (traffic, add) => AddEach(add, "kind", KindNames, traffic.AnswersByKind));
        Count("meridian.dns.answer_flags", "{answer}",
            "Messages answered that had a property; one answer can have several.", AddFlags);
        Count("meridian.dns.drops", "{query}", "Messages not answered, by transport and reason.",
            static (traffic, add) => AddEach(add, "reason", DropNames, traffic.DropsByReason));
        Count("meridian.dns.deferred", "{query}", "Messages handed to the queue of what is not answered in place.",
            static (t, add) => add(t.Deferred, null));
        Count("meridian.dns.received", "By", "Octets of messages received.",
            static (t, add) => add(t.QueryOctets, null));
        Count("meridian.dns.sent", "By", "Octets of answers.",
            static (t, add) => add(t.AnswerOctets, null));
        Count("meridian.dns.batches", "{batch}", "Receive calls that brought messages.",
            static (t, add) => add(t.Batches, null));
        Count("meridian.dns.send_errors", "{call}", "Send calls that failed.",
            static (t, add) => add(t.SendErrors, null));
        Count("meridian.dns.receive_errors", "{call}", "Receive calls that failed.",
            static (t, add) => add(t.ReceiveErrors, null));
        CreateWholeServerInstruments();
    }

    private delegate void AddCount(long count, KeyValuePair<string, object?>? tag);

    private static ImmutableArray<string> RcodeNames { get; } =
        [.. Enumerable.Range(0, TrafficCounters.RcodeCount).Select(static code => ((Rcode)code).ToString())];

    private static ImmutableArray<string> KindNames { get; } =
        [.. Enumerable.Range(0, TrafficCounters.KindCount).Select(static kind => Words(((AnswerKind)kind).ToString()))];

    private static ImmutableArray<string> DropNames { get; } =
        [.. Enumerable.Range(0, TrafficCounters.DropCount).Select(static drop => Words(((ServerDrop)drop).ToString()))];

    private static ImmutableArray<string> CloseNames { get; } =
        [.. Enum.GetValues<TcpCloseReason>().Select(static reason => Words(reason.ToString()))];

    public void Dispose() => _meter.Dispose();

    private static void AddFlags(TrafficReport traffic, AddCount add)
    {
        foreach (AnswerFlags flag in Enum.GetValues<AnswerFlags>())
        {
            if (flag != AnswerFlags.None)
            {
                add(traffic.AnswersWith(flag), new("flag", Words(flag.ToString())));
            }
        }
    }

    private static void AddEach(AddCount add, string tag, ImmutableArray<string> names, ImmutableArray<long> counts)
    {
        for (int index = 0; index < counts.Length; index++)
        {
            // What never happened is left out: most codes never do.
            if (counts[index] != 0)
            {
                add(counts[index], new(tag, names[index]));
            }
        }
    }

    /// <summary>IdleTimeout → idle_timeout.</summary>
    private static string Words(string name) => string.Concat(name.Select(static (letter, index) =>
        char.IsUpper(letter) && index > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private void Count(string name, string unit, string description, Action<TrafficReport, AddCount> read) =>
        _meter.CreateObservableCounter(name, () => ReadBoth(read), unit, description);

    private List<Measurement<long>> ReadBoth(Action<TrafficReport, AddCount> read)
    {
        ServerReport report = _counters.Sum();
        List<Measurement<long>> measurements = [];
        (TrafficReport Traffic, string Name)[] transports = [(report.Udp, "udp"), (report.Xdp, "xdp"), (report.Tcp, "tcp")];
        foreach ((TrafficReport traffic, string transport) in transports)
        {
            KeyValuePair<string, object?> transportTag = new("transport", transport);
            read(traffic, (count, tag) => measurements.Add(
                tag is { } second ? new(count, transportTag, second) : new(count, transportTag)));
        }

        return measurements;
    }

    private void CreateWholeServerInstruments()
    {
        _meter.CreateObservableCounter(
            "meridian.dns.view_queries",
            // What never happened is left out: without zones for views nobody is counted.
            () => _views.Sum().Where(static view => view.Value != 0).Select(static view => new Measurement<long>(view.Value, new KeyValuePair<string, object?>("view", view.Key))),
            "{query}",
            "Questions by the view of who asked, once a zone names views; the empty view is that of everybody else.");
        _meter.CreateObservableCounter(
            "meridian.dns.receive_queue_drops",
            () => _counters.Sum().UdpReceiveQueueDrops,
            "{datagram}",
            "Datagrams that the kernel dropped because the receive buffer was full.");
        _meter.CreateObservableUpDownCounter(
            "meridian.dns.tcp.connections",
            () => _counters.Sum().Connections.Open,
            "{connection}",
            "TCP connections open now.");
        _meter.CreateObservableCounter(
            "meridian.dns.tcp.accepted",
            () => _counters.Sum().Connections.Accepted,
            "{connection}",
            "TCP connections accepted.");
        _meter.CreateObservableUpDownCounter(
            "meridian.dns.tcp.buffers",
            () => _counters.Sum().Connections.BufferedOctets,
            "By",
            "Octets of buffers for partial queries and unsent answers.");
        _meter.CreateObservableCounter(
            "meridian.dns.tcp.closed", ReadClosed, "{connection}", "TCP connections closed or not taken, by reason.");
    }

    private List<Measurement<long>> ReadClosed()
    {
        List<Measurement<long>> measurements = [];
        AddEach(
            (count, tag) => measurements.Add(tag is { } reason ? new(count, reason) : new(count)),
            "reason",
            CloseNames,
            _counters.Sum().Connections.ClosedByReason);
        return measurements;
    }
}
