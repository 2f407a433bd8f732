using System.Collections.Immutable;
using Meridian.Dns;
using Meridian.Engine.Answering;

namespace Meridian.Server.Metrics;

/// <summary>What the server has counted since it was made; immutable.</summary>
/// <param name="Udp">The datagram side, from sockets.</param>
/// <param name="Xdp">Datagrams that were taken as frames, past the kernel's network stack.</param>
/// <param name="Tcp">The stream side.</param>
/// <param name="Connections">TCP connections.</param>
/// <param name="UdpReceiveQueueDrops">Datagrams, from sockets or as frames, that the kernel dropped because the threads did not keep up.</param>
/// <param name="Faults">Failures of the answerer, each a bug.</param>
public sealed record ServerReport(
    TrafficReport Udp,
    TrafficReport Xdp,
    TrafficReport Tcp,
    TcpConnectionReport Connections,
    long UdpReceiveQueueDrops,
    long Faults);

/// <summary>The traffic of one transport. Arrays hold one count per name of the list they are documented by.</summary>
public sealed record TrafficReport
{
    /// <summary>Messages that came, of whatever kind.</summary>
    public long Queries => QueriesByType.Sum();

    /// <summary>Messages that were answered.</summary>
    public long Answers => AnswersByRcode.Sum();

    /// <summary>By <see cref="TypeNames"/>.</summary>
    public required ImmutableArray<long> QueriesByType { get; init; }

    /// <summary>By <see cref="Rcode"/>.</summary>
    public required ImmutableArray<long> AnswersByRcode { get; init; }

    /// <summary>By <see cref="AnswerKind"/>.</summary>
    public required ImmutableArray<long> AnswersByKind { get; init; }

    /// <summary>By combination of <see cref="AnswerFlags"/>.</summary>
    public required ImmutableArray<long> AnswersByFlags { get; init; }

    /// <summary>By <see cref="ServerDrop"/>.</summary>
    public required ImmutableArray<long> DropsByReason { get; init; }

    public required long QueryOctets { get; init; }

    public required long AnswerOctets { get; init; }

    /// <summary>Receive calls that brought something; queries ÷ batches is the mean batch.</summary>
    public required long Batches { get; init; }

    /// <summary>Handed to the queue of what is not answered in place.</summary>
    public required long Deferred { get; init; }

    /// <summary>Send calls that failed.</summary>
    public required long SendErrors { get; init; }

    /// <summary>Receive calls that failed.</summary>
    public required long ReceiveErrors { get; init; }

    /// <summary>The QTYPE mnemonics of <see cref="QueriesByType"/>, with "other" and "malformed".</summary>
    public static ImmutableArray<string> TypeNames => QTypeBuckets.Names;

    /// <summary>Answers that had this flag.</summary>
    public long AnswersWith(AnswerFlags flag)
    {
        long sum = 0;
        for (int flags = 0; flags < AnswersByFlags.Length; flags++)
        {
            sum += ((AnswerFlags)flags & flag) != 0 ? AnswersByFlags[flags] : 0;
        }

        return sum;
    }

    public long QueriesOf(string type) => QueriesByType[TypeNames.IndexOf(type)];

    public long AnswersOf(Rcode rcode) => AnswersByRcode[(int)rcode];

    public long AnswersOf(AnswerKind kind) => AnswersByKind[(int)kind];

    public long DropsOf(ServerDrop reason) => DropsByReason[(int)reason];
}

/// <summary>TCP connections.</summary>
/// <param name="Open">Open now.</param>
/// <param name="Accepted">Taken since the start.</param>
/// <param name="BufferedOctets">Octets of their buffers now.</param>
/// <param name="ClosedByReason">By <see cref="TcpCloseReason"/>, with those that were not taken.</param>
public sealed record TcpConnectionReport(
    long Open,
    long Accepted,
    long BufferedOctets,
    ImmutableArray<long> ClosedByReason)
{
    public long ClosedFor(TcpCloseReason reason) => ClosedByReason[(int)reason];
}
