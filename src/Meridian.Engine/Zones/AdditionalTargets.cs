using Meridian.Dns.Records;

namespace Meridian.Engine.Zones;

/// <summary>Types whose records name a host that a client will look up next.</summary>
internal static class AdditionalTargets
{
    /// <summary>
    /// Where the name stands in the RDATA; −1 for types that bring nothing along. NS (RFC 1035 §3.3.11), MX (§3.3.9), SRV
    /// (RFC 2782), KX (RFC 2230 §3.1), RT (RFC 1183 §3.3), SVCB and HTTPS (RFC 9460 §4.1).
    /// </summary>
    public static int NameOffset(RecordType type) => type switch
    {
        RecordType.NS => 0,
        RecordType.MX or RecordType.KX or RecordType.RT or RecordType.SVCB or RecordType.HTTPS => 2,
        RecordType.SRV => 6,
        _ => -1,
    };

    /// <summary>Whether an RRset of the target goes along with a record that names it.</summary>
    public static bool GoesAlong(RecordType with, RecordType type) => type is RecordType.A or RecordType.AAAA
        || (type == with && type is RecordType.SVCB or RecordType.HTTPS);
}
