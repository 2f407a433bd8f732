namespace Meridian.Dns.Tsig;

/// <summary>What the error field of a TSIG record says (RFC 8945 §4.2 and §5.2). BADSIG shares its number with the RCODE BADVERS.</summary>
public enum TsigError : ushort
{
    None = 0,
    BadSig = 16,
    BadKey = 17,
    BadTime = 18,
    BadTrunc = 22,
}
