namespace Meridian.Engine.Answering;

/// <summary>How a query came.</summary>
public enum Transport : byte
{
    /// <summary>Datagrams: the answer is bounded by the payload size that the query allows, and truncated beyond it.</summary>
    Udp,

    /// <summary>A stream: answers up to 65,535 octets.</summary>
    Tcp,
}
