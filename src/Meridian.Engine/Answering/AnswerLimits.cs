namespace Meridian.Engine.Answering;

/// <summary>Limits of answering.</summary>
public sealed record AnswerLimits
{
    /// <summary>Largest UDP response, 512 to 4096 octets. 1232 avoids fragmentation on almost every path (DNS Flag Day 2020).</summary>
    public int UdpPayloadSize { get; init; } = 1232;

    /// <summary>CNAMEs followed inside the served zones for one answer, 1 to 16. 8 is more than any sane chain and bounds the work.</summary>
    public int CnameChainLength { get; init; } = 8;
}
