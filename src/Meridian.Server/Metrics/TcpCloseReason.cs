namespace Meridian.Server.Metrics;

/// <summary>Why a TCP connection ended, or was not taken.</summary>
public enum TcpCloseReason : byte
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The client closed it.</summary>
    Client,

    /// <summary>A reset, or another error of the connection.</summary>
    Error,

    /// <summary>Nothing to do for <see cref="Tcp.TcpLimits.IdleTimeout"/>.</summary>
    IdleTimeout,

    /// <summary>A query not complete within <see cref="Tcp.TcpLimits.QueryTimeout"/>.</summary>
    QueryTimeout,

    /// <summary>No octet of a waiting answer taken within <see cref="Tcp.TcpLimits.SendTimeout"/>.</summary>
    SendTimeout,

    /// <summary>The longest idle one, closed to make room.</summary>
    Evicted,

    /// <summary>Not taken: all connections are in use.</summary>
    Full,

    /// <summary>Not taken: this client has its share.</summary>
    ClientLimit,

    /// <summary>The octets for partial queries and unsent answers are used up, and it held most idly on to some.</summary>
    BufferLimit,

    /// <summary>A message too short to be DNS: whatever follows cannot be trusted to be framed.</summary>
    Malformed,

    /// <summary>The server is stopping.</summary>
    Stopping,

    /// <summary>The answerer failed, which is a bug that the log tells of.</summary>
    Fault,
}
