namespace Meridian.Health.Probes;

/// <summary>The parts of a probe that are timed one by one, in their order.</summary>
public enum ProbePhase : byte
{
    /// <summary>Finding the address of a hostname. Not part of a probe of an address.</summary>
    Resolve,

    /// <summary>Until the TCP connection stands.</summary>
    Connect,

    /// <summary>Until the TLS handshake is done.</summary>
    Tls,

    /// <summary>From the first octet of the request to the first octet of the answer.</summary>
    FirstByte,

    /// <summary>From the first octet of the answer to its last one, or to 64 KiB of body.</summary>
    Body,
}
