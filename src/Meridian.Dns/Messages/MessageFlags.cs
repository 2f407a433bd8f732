namespace Meridian.Dns.Messages;

/// <summary>The flag bits of the second header word (RFC 1035 §4.1.1, RFC 4035 §3), without OPCODE and RCODE.</summary>
[Flags]
public enum MessageFlags : ushort
{
    None = 0,

    /// <summary>QR: the message is a response.</summary>
    Response = 0x8000,

    /// <summary>AA.</summary>
    AuthoritativeAnswer = 0x0400,

    /// <summary>TC.</summary>
    Truncated = 0x0200,

    /// <summary>RD.</summary>
    RecursionDesired = 0x0100,

    /// <summary>RA.</summary>
    RecursionAvailable = 0x0080,

    /// <summary>Z: reserved; to be ignored in queries and zero in responses (RFC 8906 §3.1.4).</summary>
    Zero = 0x0040,

    /// <summary>AD (RFC 6840 §5.7).</summary>
    AuthenticData = 0x0020,

    /// <summary>CD.</summary>
    CheckingDisabled = 0x0010,
}
