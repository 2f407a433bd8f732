using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Answering;

/// <summary>
/// The one seam: every transport, explain, the simulator and the benchmarks answer through it. One per thread: it owns
/// that thread's scratch memory and rotation counters. Allocates nothing per query and never throws for bad input.
/// </summary>
public sealed class QueryAnswerer
{
    public QueryAnswerer(DataPlane dataPlane, AnswerLimits limits) => throw new NotImplementedException();

    /// <summary>Answers one query.</summary>
    /// <param name="query">The message as it came.</param>
    /// <param name="client">Who asked, how, and when.</param>
    /// <param name="response">
    /// Receives the answer; its length bounds it. May be the memory of <paramref name="query"/> beginning at the same
    /// octet (answering in place), but not overlap it otherwise.
    /// </param>
    public AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response) => throw new NotImplementedException();
}

/// <summary>Limits of answering.</summary>
public sealed record AnswerLimits
{
    /// <summary>Largest UDP response, 512 to 4096 octets. 1232 avoids fragmentation on almost every path (DNS Flag Day 2020).</summary>
    public int UdpPayloadSize { get; init; } = 1232;

    /// <summary>CNAMEs followed inside the served zones for one answer, 1 to 16. 8 is more than any sane chain and bounds the work.</summary>
    public int CnameChainLength { get; init; } = 8;
}
