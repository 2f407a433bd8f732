namespace Meridian.Dns.Messages;

/// <summary>EDNS option codes (IANA "DNS EDNS0 Option Codes (OPT)") that the server knows.</summary>
public enum EdnsOptionCode : ushort
{
    /// <summary>Name server identifier (RFC 5001).</summary>
    Nsid = 3,

    /// <summary>Client subnet (RFC 7871).</summary>
    ClientSubnet = 8,

    /// <summary>SOA expire timer (RFC 7314).</summary>
    Expire = 9,

    /// <summary>DNS cookie (RFC 7873).</summary>
    Cookie = 10,

    /// <summary>TCP idle time-out (RFC 7828).</summary>
    TcpKeepalive = 11,

    /// <summary>Padding (RFC 7830).</summary>
    Padding = 12,

    /// <summary>Extended error (RFC 8914).</summary>
    ExtendedError = 15,
}
