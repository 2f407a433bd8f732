namespace Meridian.Dns.Records;

/// <summary>What a field of RDATA is, on the wire and in text.</summary>
internal enum RdataFieldKind : byte
{
    /// <summary>A name that may be compressed in messages: the types of RFC 1035 only (RFC 3597 §4).</summary>
    CompressibleName,

    /// <summary>A name that must not be compressed.</summary>
    Name,

    /// <summary>Names that fill the rest; may be none.</summary>
    NamesToEnd,
    U8,
    U16,
    U32,

    /// <summary>32 bits of seconds; the text may have units (1h30m).</summary>
    Seconds,
    IPv4,
    IPv6,

    /// <summary>A length octet and as many octets (RFC 1035 §3.3).</summary>
    CharacterString,

    /// <summary>The same, or nothing.</summary>
    OptionalCharacterString,

    /// <summary>One character-string or more, to the end.</summary>
    CharacterStrings,

    /// <summary>Octets to the end, written as one quoted string of any length.</summary>
    TextToEnd,

    /// <summary>A length octet and letters and digits (RFC 8659 §4.1).</summary>
    CaaTag,

    /// <summary>One octet or more to the end.</summary>
    Base64ToEnd,

    /// <summary>Octets to the end; may be none.</summary>
    OptionalBase64ToEnd,

    /// <summary>One octet or more to the end.</summary>
    HexToEnd,

    /// <summary>A length octet and as many octets in hexadecimal; none is written <c>-</c> (RFC 5155 §3.3).</summary>
    HexWithLength,

    /// <summary>A length octet and as many octets, at least one, in Base32 with the hexadecimal alphabet (RFC 5155 §3.3).</summary>
    Base32HexWithLength,

    /// <summary>Type bit maps to the end; may be empty (RFC 4034 §4.1.2).</summary>
    TypeBitmap,

    /// <summary>The bit map of NXT: types below 128 (RFC 2535 §5.2).</summary>
    NxtBitmap,

    /// <summary>16 bits, written as the mnemonic of a type.</summary>
    TypeMnemonic,

    /// <summary>8 bits, DNSSEC algorithm; a mnemonic is understood.</summary>
    Algorithm,

    /// <summary>16 bits, certificate type (RFC 4398 §2.1); a mnemonic is understood.</summary>
    CertificateType,

    /// <summary>32 bits, seconds since 1970, written YYYYMMDDHHmmSS (RFC 4034 §3.2).</summary>
    Timestamp,

    /// <summary>6 octets, xx-xx-… (RFC 7043).</summary>
    Eui48,

    /// <summary>8 octets, xx-xx-… (RFC 7043).</summary>
    Eui64,

    /// <summary>64 bits in four groups xxxx:xxxx:xxxx:xxxx (RFC 6742 §2.1).</summary>
    Locator64,

    /// <summary>Octets to the end, written 0x… (RFC 1706 §5).</summary>
    Nsap,

    /// <summary>The whole of LOC (RFC 1876).</summary>
    Loc,

    /// <summary>Address prefixes to the end; may be none (RFC 3123).</summary>
    AddressPrefixes,

    /// <summary>SvcParams to the end; may be none (RFC 9460 §2).</summary>
    ServiceParameters,

    /// <summary>Precedence, gateway type, algorithm and gateway of IPSECKEY (RFC 4025 §2).</summary>
    IpsecGateway,

    /// <summary>HIT length, algorithm, key length, HIT and key of HIP (RFC 8005 §5).</summary>
    HostIdentity,

    /// <summary>Protocol and port bit map of WKS (RFC 1035 §3.4.2).</summary>
    WellKnownServices,
}

/// <summary>A field of RDATA.</summary>
/// <param name="Name">As the defining RFC calls it, in lower case; for messages to people.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct RdataField(string Name, RdataFieldKind Kind);
