using static Meridian.Dns.Records.RdataFieldKind;

namespace Meridian.Dns.Records;

/// <summary>
/// The layout of each type's RDATA: the one table that scanning, formatting, validating and finding names all read.
/// A type without a layout is opaque octets (RFC 3597).
/// </summary>
public static class RdataLayouts
{
    // Indexed by type: every type with a layout is below this.
    private const int TableLength = (int)RecordType.AVC + 1;

    private static readonly RdataField[]?[] Table = BuildTable();

    /// <summary>Whether the type's RDATA has fields; without, it can be written only as <c>\# length hex</c>.</summary>
    public static bool IsKnown(RecordType type) => FieldsOf(type) is not null;

    /// <summary>Whether the octets are an RDATA of the type, whole and with nothing behind it; names must not be compressed.</summary>
    public static bool IsWellFormed(RecordType type, ReadOnlySpan<byte> rdata)
    {
        if (rdata.Length > ushort.MaxValue)
        {
            return false;
        }
        if (FieldsOf(type) is not { } fields)
        {
            return true;
        }
        int offset = 0;
        foreach (RdataField field in fields)
        {
            int length = RdataMeasure.Measure(field.Kind, rdata[offset..]);
            if (length < 0)
            {
                return false;
            }
            offset += length;
        }
        return offset == rdata.Length;
    }

    /// <summary>Finds the domain names in a well-formed RDATA, in order; empty for types without names.</summary>
    public static IReadOnlyList<RdataName> FindNames(RecordType type, ReadOnlySpan<byte> rdata)
    {
        if (FieldsOf(type) is not { } fields)
        {
            return [];
        }
        List<RdataName>? names = null;
        int offset = 0;
        foreach (RdataField field in fields)
        {
            int length = RdataMeasure.Measure(field.Kind, rdata[offset..]);
            if (length < 0)
            {
                break;
            }
            AddNames(field.Kind, rdata.Slice(offset, length), offset, ref names);
            offset += length;
        }
        return names is null ? [] : names;
    }

    internal static RdataField[]? FieldsOf(RecordType type) => (int)type < TableLength ? Table[(int)type] : null;

    private static void AddNames(RdataFieldKind kind, ReadOnlySpan<byte> field, int offset, ref List<RdataName>? names)
    {
        switch (kind)
        {
            case CompressibleName or Name:
                (names ??= []).Add(new RdataName(offset, field.Length, kind == CompressibleName));
                break;
            case NamesToEnd:
                for (int start = 0; start < field.Length;)
                {
                    int length = RdataMeasure.Name(field[start..]);
                    (names ??= []).Add(new RdataName(offset + start, length, MayCompress: false));
                    start += length;
                }
                break;
            case IpsecGateway when field[1] == IpsecGatewayText.NameType:
                (names ??= []).Add(new RdataName(
                    offset + IpsecGatewayText.FixedLength, field.Length - IpsecGatewayText.FixedLength, MayCompress: false));
                break;
        }
    }

    private static RdataField[]?[] BuildTable()
    {
        RdataField[]?[] table = new RdataField[]?[TableLength];
        AddHostTypes(table);
        AddServiceTypes(table);
        AddKeyTypes(table);
        AddOldTypes(table);
        return table;
    }

    private static void Add(RdataField[]?[] table, RecordType type, params (string Name, RdataFieldKind Kind)[] fields) =>
        table[(int)type] = Array.ConvertAll(fields, field => new RdataField(field.Name, field.Kind));

    private static void AddHostTypes(RdataField[]?[] table)
    {
        Add(table, RecordType.A, ("address", IPv4));
        Add(table, RecordType.AAAA, ("address", IPv6));
        Add(table, RecordType.NS, ("name server", CompressibleName));
        Add(table, RecordType.CNAME, ("target", CompressibleName));
        Add(table, RecordType.DNAME, ("target", Name));
        Add(table, RecordType.PTR, ("target", CompressibleName));
        Add(table, RecordType.SOA, ("primary", CompressibleName), ("contact", CompressibleName), ("serial", U32),
            ("refresh", Seconds), ("retry", Seconds), ("expire", Seconds), ("minimum", Seconds));
        Add(table, RecordType.HINFO, ("CPU", CharacterString), ("OS", CharacterString));
        Add(table, RecordType.TXT, ("text", CharacterStrings));
        Add(table, RecordType.SPF, ("text", CharacterStrings));
        Add(table, RecordType.AVC, ("text", CharacterStrings));
        Add(table, RecordType.RP, ("mailbox", Name), ("text name", Name));
        Add(table, RecordType.LOC, ("location", Loc));
        Add(table, RecordType.APL, ("prefixes", AddressPrefixes));
        Add(table, RecordType.EUI48, ("address", Eui48));
        Add(table, RecordType.EUI64, ("address", Eui64));
        Add(table, RecordType.NID, ("preference", U16), ("node identifier", Locator64));
        Add(table, RecordType.L32, ("preference", U16), ("locator", IPv4));
        Add(table, RecordType.L64, ("preference", U16), ("locator", Locator64));
        Add(table, RecordType.LP, ("preference", U16), ("target", Name));
    }

    private static void AddServiceTypes(RdataField[]?[] table)
    {
        Add(table, RecordType.MX, ("preference", U16), ("exchange", CompressibleName));
        Add(table, RecordType.AFSDB, ("subtype", U16), ("host name", Name));
        Add(table, RecordType.KX, ("preference", U16), ("exchanger", Name));
        Add(table, RecordType.SRV, ("priority", U16), ("weight", U16), ("port", U16), ("target", Name));
        Add(table, RecordType.NAPTR, ("order", U16), ("preference", U16), ("flags", CharacterString),
            ("services", CharacterString), ("regular expression", CharacterString), ("replacement", Name));
        Add(table, RecordType.URI, ("priority", U16), ("weight", U16), ("target", TextToEnd));
        Add(table, RecordType.CAA, ("flags", U8), ("tag", CaaTag), ("value", TextToEnd));
        Add(table, RecordType.SVCB, ("priority", U16), ("target", Name), ("parameters", ServiceParameters));
        Add(table, RecordType.HTTPS, ("priority", U16), ("target", Name), ("parameters", ServiceParameters));
    }

    private static void AddKeyTypes(RdataField[]?[] table)
    {
        foreach (RecordType type in (ReadOnlySpan<RecordType>)[RecordType.DS, RecordType.CDS])
        {
            Add(table, type, ("key tag", U16), ("algorithm", Algorithm), ("digest type", U8), ("digest", HexToEnd));
        }
        foreach (RecordType type in (ReadOnlySpan<RecordType>)[RecordType.DNSKEY, RecordType.CDNSKEY])
        {
            Add(table, type, ("flags", U16), ("protocol", U8), ("algorithm", Algorithm), ("public key", Base64ToEnd));
        }
        foreach (RecordType type in (ReadOnlySpan<RecordType>)[RecordType.RRSIG, RecordType.SIG])
        {
            Add(table, type, ("type covered", TypeMnemonic), ("algorithm", Algorithm), ("labels", U8),
                ("original TTL", Seconds), ("expiration", Timestamp), ("inception", Timestamp), ("key tag", U16),
                ("signer's name", Name), ("signature", Base64ToEnd));
        }
        foreach (RecordType type in (ReadOnlySpan<RecordType>)[RecordType.TLSA, RecordType.SMIMEA])
        {
            Add(table, type, ("certificate usage", U8), ("selector", U8), ("matching type", U8),
                ("certificate association data", HexToEnd));
        }
        Add(table, RecordType.KEY, ("flags", U16), ("protocol", U8), ("algorithm", Algorithm), ("public key", OptionalBase64ToEnd));
        Add(table, RecordType.NSEC, ("next domain name", Name), ("types", TypeBitmap));
        Add(table, RecordType.NSEC3, ("hash algorithm", U8), ("flags", U8), ("iterations", U16), ("salt", HexWithLength),
            ("next hashed owner name", Base32HexWithLength), ("types", TypeBitmap));
        Add(table, RecordType.NSEC3PARAM, ("hash algorithm", U8), ("flags", U8), ("iterations", U16), ("salt", HexWithLength));
        Add(table, RecordType.CSYNC, ("serial", U32), ("flags", U16), ("types", TypeBitmap));
        Add(table, RecordType.ZONEMD, ("serial", U32), ("scheme", U8), ("hash algorithm", U8), ("digest", HexToEnd));
        Add(table, RecordType.SSHFP, ("algorithm", U8), ("fingerprint type", U8), ("fingerprint", HexToEnd));
        Add(table, RecordType.OPENPGPKEY, ("public key", Base64ToEnd));
        Add(table, RecordType.DHCID, ("identifier", Base64ToEnd));
        Add(table, RecordType.CERT, ("type", CertificateType), ("key tag", U16), ("algorithm", Algorithm), ("certificate", Base64ToEnd));
        Add(table, RecordType.IPSECKEY, ("gateway", IpsecGateway), ("public key", OptionalBase64ToEnd));
        Add(table, RecordType.HIP, ("host identity", HostIdentity), ("rendezvous servers", NamesToEnd));
    }

    // Types that are history but that other servers still read.
    private static void AddOldTypes(RdataField[]?[] table)
    {
        foreach (RecordType type in (ReadOnlySpan<RecordType>)[RecordType.MD, RecordType.MF, RecordType.MB, RecordType.MG, RecordType.MR])
        {
            Add(table, type, ("target", CompressibleName));
        }
        Add(table, RecordType.MINFO, ("responsible mailbox", CompressibleName), ("error mailbox", CompressibleName));
        Add(table, RecordType.WKS, ("address", IPv4), ("services", WellKnownServices));
        Add(table, RecordType.X25, ("address", CharacterString));
        Add(table, RecordType.ISDN, ("address", CharacterString), ("subaddress", OptionalCharacterString));
        Add(table, RecordType.RT, ("preference", U16), ("intermediate host", Name));
        Add(table, RecordType.NSAP, ("address", Nsap));
        Add(table, RecordType.NSAPPTR, ("target", Name));
        Add(table, RecordType.PX, ("preference", U16), ("MAP822", Name), ("MAPX400", Name));
        Add(table, RecordType.GPOS, ("longitude", CharacterString), ("latitude", CharacterString), ("altitude", CharacterString));
        Add(table, RecordType.NXT, ("next domain name", Name), ("types", NxtBitmap));
    }
}
