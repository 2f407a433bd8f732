using Meridian.Engine.Answering;

namespace Meridian.Server.Metrics;

/// <summary>Why a query got no answer: the engine's reasons, then the transports' own.</summary>
public enum ServerDrop : byte
{
    /// <summary>No reason was given.</summary>
    Unspecified,

    /// <inheritdoc cref="DropReason.TooShort"/>
    TooShort,

    /// <inheritdoc cref="DropReason.IsResponse"/>
    IsResponse,

    /// <inheritdoc cref="DropReason.NoRoom"/>
    NoRoom,

    /// <inheritdoc cref="DropReason.RateLimitedPositive"/>
    RateLimitedPositive,

    /// <inheritdoc cref="DropReason.RateLimitedNegative"/>
    RateLimitedNegative,

    /// <inheritdoc cref="DropReason.RateLimitedError"/>
    RateLimitedError,

    /// <summary>Belongs to the queue of what is not answered in place, which is full or not there.</summary>
    Deferred,

    /// <summary>A datagram longer than <see cref="Udp.UdpLimits.DatagramOctets"/>.</summary>
    Oversized,

    /// <summary>Source port 0, to which nothing can be sent.</summary>
    NoSourcePort,

    /// <summary>The kernel took no more answers (its send buffer stayed full), or refused this one.</summary>
    SendFailed,

    /// <summary>
    /// A frame whose headers contradict each other, or whose source nobody can be. AF_XDP only: from sockets the kernel
    /// keeps such away.
    /// </summary>
    BadFrame,

    /// <summary>The answerer failed, which is a bug that the log tells of.</summary>
    Fault,
}
