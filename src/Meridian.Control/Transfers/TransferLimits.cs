namespace Meridian.Control.Transfers;

/// <summary>Bounds of what zone transfers may cost.</summary>
public static class TransferLimits
{
    /// <summary>
    /// Transfers that run at a time, the others wait: 1 to 64. Each has one message in memory, and costs the processor what its client
    /// takes; answering queries goes first.
    /// </summary>
    public const int Concurrency = 4;

    /// <summary>Transfers that wait for their turn: 1 to 128. One more is refused, and asked for again by its client.</summary>
    public const int MaxWaiting = 16;

    /// <summary>
    /// Octets of records in one message, before its signature: 1,024 to 60,000. RFC 5936 §2.2 lets a message have many records, and
    /// wants few messages; a page of 16 KiB is what a connection takes at a time without holding memory. A single record may be longer.
    /// </summary>
    public const int MessageOctets = 16 << 10;
}
