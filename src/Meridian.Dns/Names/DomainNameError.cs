namespace Meridian.Dns.Names;

/// <summary>Why a text or a byte sequence is not a domain name.</summary>
public enum DomainNameError
{
    None,
    Empty,
    EmptyLabel,
    LabelTooLong,
    NameTooLong,
    BadEscape,
    NotAscii,
    NoOrigin,
    Truncated,
    CompressionPointer,
}
