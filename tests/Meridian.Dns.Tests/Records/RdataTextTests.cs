using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Tests.Records;

/// <summary>Per type: text → wire → text → wire. Values are those of the examples of the defining RFCs where they have any.</summary>
public sealed class RdataTextTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.com.");

    /// <summary>Type, text as people write it, and the same as it is formatted.</summary>
    public static TheoryData<RecordType, string, string> Forms => new()
    {
        { RecordType.A, "192.0.2.1", "192.0.2.1" },
        { RecordType.AAAA, "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
        { RecordType.AAAA, "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
        { RecordType.AAAA, "::", "::" },
        { RecordType.AAAA, "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
        { RecordType.CNAME, "Www", "Www.example.com." },
        { RecordType.NS, "@", "example.com." },
        { RecordType.PTR, "a\\.b.c.", "a\\.b.c." },
        { RecordType.SOA, "ns1 hostmaster ( 2026010101 2h 900 2w 1m )", "ns1.example.com. hostmaster.example.com. 2026010101 7200 900 1209600 60" },
        { RecordType.MX, "10 mail", "10 mail.example.com." },
        { RecordType.TXT, "plain \"two words\" \"\" \"q\\\"\\\\\\000\\255\"", "\"plain\" \"two words\" \"\" \"q\\\"\\\\\\000\\255\"" },
        { RecordType.TXT, "\"grüße\"", "\"gr\\195\\188\\195\\159e\"" },
        { RecordType.SPF, "\"v=spf1 -all\"", "\"v=spf1 -all\"" },
        { RecordType.SRV, "0 5 5060 sip", "0 5 5060 sip.example.com." },
        { RecordType.CAA, "0 issue \"ca.example.net; policy=ev\"", "0 issue \"ca.example.net; policy=ev\"" },
        { RecordType.CAA, "128 tbs Unknown", "128 tbs \"Unknown\"" },
        { RecordType.HINFO, "DEC-2060 TOPS20", "\"DEC-2060\" \"TOPS20\"" },
        { RecordType.RP, "louie .", "louie.example.com. ." },
        { RecordType.AFSDB, "1 bigbird.toaster.com.", "1 bigbird.toaster.com." },
        { RecordType.NAPTR, "100 50 \"s\" \"http+I2C+I2R\" \"\" _http._tcp.foo.com.", "100 50 \"s\" \"http+I2C+I2R\" \"\" _http._tcp.foo.com." },
        { RecordType.NAPTR, "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .", "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" ." },
        { RecordType.KX, "10 kx", "10 kx.example.com." },
        { RecordType.DNAME, "frobozz.example.", "frobozz.example." },
        { RecordType.DS, "60485 RSASHA1 1 ( 2BB183AF5F22588179A53B0A 98631FAD1A292118 )", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118" },
        { RecordType.CDS, "0 0 0 00", "0 0 0 00" },
        { RecordType.DNSKEY, "256 3 ECDSAP256SHA256 AQPSKmynfzW4 kyBv015M", "256 3 13 AQPSKmynfzW4kyBv015M" },
        { RecordType.CDNSKEY, "0 3 0 AA==", "0 3 0 AA==" },
        { RecordType.SSHFP, "2 1 123456789abcdef67890123456789abcdef67890", "2 1 123456789ABCDEF67890123456789ABCDEF67890" },
        { RecordType.TLSA, "1 1 2 92003ba34942dc74152e2f2c408d29ec", "1 1 2 92003BA34942DC74152E2F2C408D29EC" },
        { RecordType.SMIMEA, "3 0 0 00ff", "3 0 0 00FF" },
        { RecordType.OPENPGPKEY, "mQINBFit2jsBEADrbl5vjVxYeAE0g0IDYCBpHirv1Sjlqxx5gjtPhb2YhvyDMXjq", "mQINBFit2jsBEADrbl5vjVxYeAE0g0IDYCBpHirv1Sjlqxx5gjtPhb2YhvyDMXjq" },
        { RecordType.URI, "10 1 \"ftp://ftp1.example.com/public\"", "10 1 \"ftp://ftp1.example.com/public\"" },
        { RecordType.EUI48, "00-00-5E-00-53-2a", "00-00-5e-00-53-2a" },
        { RecordType.EUI64, "00-00-5e-ef-10-00-00-2a", "00-00-5e-ef-10-00-00-2a" },
        { RecordType.NID, "10 14:4fff:ff20:ee64", "10 0014:4fff:ff20:ee64" },
        { RecordType.L32, "10 10.1.2.0", "10 10.1.2.0" },
        { RecordType.L64, "10 2001:0DB8:1140:1000", "10 2001:0db8:1140:1000" },
        { RecordType.LP, "10 l64-subnet1", "10 l64-subnet1.example.com." },
        { RecordType.NSEC, "host A MX RRSIG NSEC TYPE1234", "host.example.com. A MX RRSIG NSEC TYPE1234" },
        { RecordType.NSEC, "host", "host.example.com." },
        { RecordType.NSEC3, "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG", "1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG" },
        { RecordType.NSEC3, "1 0 0 - 2vptu5timamqttgl4luu9kg21e0aor3s", "1 0 0 - 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S" },
        { RecordType.NSEC3PARAM, "1 0 12 aabbccdd", "1 0 12 AABBCCDD" },
        { RecordType.RRSIG, "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WN", "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WN" },
        { RecordType.RRSIG, "TYPE65280 ED25519 2 1h 1048354263 0 1 . AAAA", "TYPE65280 15 2 3600 20030322173103 19700101000000 1 . AAAA" },
        { RecordType.CSYNC, "66 3 A NS AAAA", "66 3 A NS AAAA" },
        { RecordType.ZONEMD, "2018031500 1 1 FEBE3D4C", "2018031500 1 1 FEBE3D4C" },
        { RecordType.DHCID, "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=", "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=" },
        { RecordType.CERT, "PKIX 1 RSASHA256 AAEC", "1 1 8 AAEC" },
        { RecordType.LOC, "42 21 54 N 71 06 18 W -24m 30m", "42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m" },
        { RecordType.LOC, "52 14 05 N 00 08 50.5 E 10.25", "52 14 5.000 N 0 8 50.500 E 10.25m 1.00m 10000.00m 10.00m" },
        { RecordType.LOC, "32 S 116 W 0 0 0 0", "32 0 0.000 S 116 0 0.000 W 0.00m 0.00m 0.00m 0.00m" },
        { RecordType.APL, "1:192.168.32.0/21 !1:192.168.38.0/28", "1:192.168.32.0/21 !1:192.168.38.0/28" },
        { RecordType.APL, "1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8", "1:224.0.0.0/4 2:ff00::/8" },
        { RecordType.APL, "", "" },
        { RecordType.IPSECKEY, "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==", "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==" },
        { RecordType.IPSECKEY, "10 0 2 . AQNR", "10 0 2 . AQNR" },
        { RecordType.IPSECKEY, "10 2 2 2001:0DB8::8002 AQNR", "10 2 2 2001:db8::8002 AQNR" },
        { RecordType.IPSECKEY, "10 3 0 mygateway", "10 3 0 mygateway.example.com." },
        { RecordType.HIP, "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc rvs1 rvs2", "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc rvs1.example.com. rvs2.example.com." },
        { RecordType.SVCB, "0 foo.example.com.", "0 foo.example.com." },
        { RecordType.HTTPS, "1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=\"2001:db8::1\"", "1 . alpn=\"h2,h3\" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1" },
        { RecordType.SVCB, "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1", "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1" },
        { RecordType.SVCB, "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"" },
        { RecordType.SVCB, "1 foo. key667=\"hello\\210qoo\"", "1 foo. key667=\"hello\\210qoo\"" },
        { RecordType.SVCB, "1 dns alpn=h2 dohpath=/dns-query{?dns} ohttp", "1 dns.example.com. alpn=\"h2\" key7=\"/dns-query{?dns}\" key8" },
        { RecordType.SVCB, "1 . alpn=h3 no-default-alpn ech=AEP+DQA=", "1 . alpn=\"h3\" no-default-alpn ech=AEP+DQA=" },
        { RecordType.WKS, "10.0.0.1 TCP 80 25", "10.0.0.1 6 25 80" },
        { RecordType.X25, "311061700956", "\"311061700956\"" },
        { RecordType.ISDN, "150862028003217 004", "\"150862028003217\" \"004\"" },
        { RecordType.ISDN, "150862028003217", "\"150862028003217\"" },
        { RecordType.RT, "10 relay", "10 relay.example.com." },
        { RecordType.NSAP, "0x47.0005.80.005a00", "0x47000580005A00" },
        { RecordType.PX, "50 a b", "50 a.example.com. b.example.com." },
        { RecordType.GPOS, "-32.6882 116.8652 10.0", "\"-32.6882\" \"116.8652\" \"10.0\"" },
        { RecordType.NXT, "a A MX", "a.example.com. A MX" },
        { RecordType.MD, "a", "a.example.com." },
        { RecordType.MF, "a", "a.example.com." },
        { RecordType.MB, "a", "a.example.com." },
        { RecordType.MG, "a", "a.example.com." },
        { RecordType.MR, "a", "a.example.com." },
        { RecordType.NSAPPTR, "a", "a.example.com." },
        { RecordType.AVC, "app-name:x", "\"app-name:x\"" },
        { RecordType.SIG, "MX 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WN", "MX 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WN" },
        { RecordType.KEY, "49152 3 0", "49152 3 0" },
        { RecordType.KEY, "256 3 5 AQPSKmyn", "256 3 5 AQPSKmyn" },
        { RecordType.MINFO, "a b", "a.example.com. b.example.com." },
        { RecordType.A, "\\# 4 C0000201", "192.0.2.1" },
        { (RecordType)65280, "\\# 3 ab CDef", "\\# 3 ABCDEF" },
        { RecordType.NULL, "\\# 0", "\\# 0" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void TryScan_TextOfEachType_FormatsAndScansBack(RecordType type, string text, string formatted)
    {
        bool isValid = RdataText.TryScan(type, text, Origin, out byte[] rdata, out string? error);
        Assert.True(isValid, error);
        Assert.True(RdataLayouts.IsWellFormed(type, rdata));
        Assert.Equal(formatted, RdataText.Format(type, rdata));
        Assert.True(RdataText.TryScan(type, formatted, origin: null, out byte[] again, out error), error);
        Assert.Equal(rdata, again);
        string generic = $"\\# {rdata.Length} {Convert.ToHexString(rdata)}";
        Assert.True(RdataText.TryScan(type, generic, origin: null, out byte[] fromGeneric, out error), error);
        Assert.Equal(rdata, fromGeneric);
    }

    [Fact]
    public void Forms_KnownTypes_AreAllCovered()
    {
        IEnumerable<RecordType> covered = Forms.Select(row => row.Data.Item1);
        Assert.Empty(Enum.GetValues<RecordType>().Where(RdataLayouts.IsKnown).Except(covered));
    }

    [Theory]
    [InlineData(RecordType.A, "192.0.2", "A address: '192.0.2' is not an IPv4 address such as 192.0.2.1")]
    [InlineData(RecordType.A, "192.0.2.01", "A address: '192.0.2.01' is not an IPv4 address such as 192.0.2.1")]
    [InlineData(RecordType.A, "192.0.2.1 x", "A: unexpected 'x' after the last field, address")]
    [InlineData(RecordType.AAAA, "1::2::3", "AAAA address: '1::2::3' is not an IPv6 address such as 2001:db8::1")]
    [InlineData(RecordType.AAAA, "fe80::1%eth0", "AAAA address: 'fe80::1%eth0' is not an IPv6 address such as 2001:db8::1")]
    [InlineData(RecordType.AAAA, "1:2:3:4:5:6:7:8::", "AAAA address: '1:2:3:4:5:6:7:8::' is not an IPv6 address such as 2001:db8::1")]
    [InlineData(RecordType.MX, "ten mail", "MX preference: 'ten' is not a number from 0 to 65535")]
    [InlineData(RecordType.MX, "10", "MX exchange: missing; expected a domain name")]
    [InlineData(RecordType.MX, "65536 mail", "MX preference: '65536' is not a number from 0 to 65535")]
    [InlineData(RecordType.TXT, "", "TXT text: missing; expected text of at most 255 octets, in quotes if it has blanks")]
    [InlineData(RecordType.TXT, "a=\"b c\"", "a quote inside text without quotes: put the whole text in quotes, or write \\\"")]
    [InlineData(RecordType.NSAP, "0x.", "NSAP address: '0x.' is not 0x and hexadecimal digits")]
    [InlineData(RecordType.TXT, "\"open", "the quote is not closed on its line")]
    [InlineData(RecordType.TXT, "\\999", "a backslash must be followed by a character or three digits 000–255 (RFC 1035 §5.1)")]
    [InlineData(RecordType.CNAME, "a..b", "'a..b': two dots follow each other: a label cannot be empty")]
    [InlineData(RecordType.CNAME, "\"a.\"", "quotes cannot stand here")]
    [InlineData(RecordType.DS, "1 5 1 ABC", "an odd number of hexadecimal digits; two make one octet")]
    [InlineData(RecordType.DNSKEY, "1 3 8 AAA", "the Base64 text is cut off: its length is not a multiple of four")]
    [InlineData(RecordType.CAA, "0 is-sue x", "CAA tag: 'is-sue' is not a tag of letters and digits such as issue")]
    [InlineData(RecordType.A, "\\# 3 C00002", "the octets are not record data of type A")]
    [InlineData(RecordType.A, "\\# 4 C00002", "\\# announces 4 octets but 3 follow")]
    [InlineData(RecordType.NULL, "x", "NULL record data can be written only as \\# length hexadecimal (RFC 3597 §5)")]
    [InlineData(RecordType.HTTPS, "1 . port=x", "port: expected a number from 0 to 65535")]
    [InlineData(RecordType.HTTPS, "1 . alpn=h2 alpn=h3", "alpn is given twice")]
    [InlineData(RecordType.HTTPS, "1 . mandatory=port alpn=h3", "mandatory lists a parameter that is not there (RFC 9460 §8)")]
    [InlineData(RecordType.RRSIG, "A 8 2 60 20260230000000 0 1 . AAAA", "RRSIG expiration: '20260230000000' is not a time YYYYMMDDHHmmSS from 1970 to 2106")]
    [InlineData(RecordType.LOC, "91 N 0 E 0", "'91' does not fit; expected degrees 0–90, minutes 0–59, seconds 0–59.999, then N or S")]
    public void TryScan_BadText_SaysWhatIsWrong(RecordType type, string text, string expected)
    {
        Assert.False(RdataText.TryScan(type, text, Origin, out byte[] rdata, out string? error));
        Assert.Empty(rdata);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Format_MalformedRdata_IsGeneric() =>
        Assert.Equal("\\# 3 C00002", RdataText.Format(RecordType.A, [0xC0, 0x00, 0x02]));
}
