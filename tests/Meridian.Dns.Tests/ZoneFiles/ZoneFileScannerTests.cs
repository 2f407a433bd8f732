using System.Globalization;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Tests.ZoneFiles;

public sealed class ZoneFileScannerTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.com.");

    private static ZoneFileResult Scan(string text, uint? defaultTtl = 300) =>
        ZoneFileScanner.Scan(new ZoneFileText("zone", text), Origin, new ZoneFileOptions { DefaultTtlSeconds = defaultTtl });

    private static string Normalize(ZoneFileResult result)
    {
        Assert.Empty(result.Errors);
        return ZoneFileFormatter.Format(result.Records.Select(record => record.Record));
    }

    private static string[] Errors(string text) => [.. Scan(text).Errors.Select(error => error.ToString())];

    [Fact]
    public void Scan_TypicalZone_GivesEveryRecord()
    {
        const string text = """
            $TTL 1h
            @       IN SOA  ns1 hostmaster.example.com. (
                            2026010101 ; serial
                            2h         ; refresh
                            15m 2w 1m )
                    IN NS   ns1
                    86400 NS ns2.example.net.
            ns1     A       192.0.2.53   ; glue
            www     IN 60 A 192.0.2.80
                    60 IN AAAA 2001:db8::80
            $ORIGIN sub.example.com.
            *       TXT     "a; not a comment" plain\;semi
            \@.at   CNAME   @
            """;
        Assert.Equal("""
            example.com.	3600	IN	SOA	ns1.example.com. hostmaster.example.com. 2026010101 7200 900 1209600 60
            example.com.	3600	IN	NS	ns1.example.com.
            example.com.	86400	IN	NS	ns2.example.net.
            ns1.example.com.	3600	IN	A	192.0.2.53
            www.example.com.	60	IN	A	192.0.2.80
            www.example.com.	60	IN	AAAA	2001:db8::80
            *.sub.example.com.	3600	IN	TXT	"a; not a comment" "plain;semi"
            \@.at.sub.example.com.	3600	IN	CNAME	sub.example.com.

            """, Normalize(Scan(text)));
    }

    [Theory]
    [InlineData("a A 192.0.2.1", 300u, 300u)]
    [InlineData("b 20 A 192.0.2.1\na A 192.0.2.1", 300u, 20u)]
    [InlineData("b 20 A 192.0.2.1\n$TTL 40\na A 192.0.2.1", 300u, 40u)]
    [InlineData("$TTL 40\nb 20 A 192.0.2.1\na A 192.0.2.1", null, 40u)]
    [InlineData("$TTL 40\na 1D2H3m4S A 192.0.2.1", null, 93784u)]
    [InlineData("@ SOA a b 1 2 3 4 77\na A 192.0.2.1", null, 77u)]
    [InlineData("@ SOA a b 1 2 3 4 77", null, 77u)]
    [InlineData("@ SOA a b 1 2 3 4 77\na A 192.0.2.1", 300u, 300u)]
    public void Scan_TtlNotStated_TakesTheNearestRule(string text, uint? defaultTtl, uint expected) =>
        Assert.Equal(expected, Scan(text, defaultTtl).Records[^1].Record.TtlSeconds);

    [Theory]
    [InlineData("a A 192.0.2.1", "zone:1:3: the record states no TTL and there is none to take: no $TTL, none stated before, no default and no SOA")]
    public void Scan_NoTtlAtAll_IsAnError(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(Scan(text, defaultTtl: null).Errors).ToString());

    [Fact]
    public void Scan_TenMistakes_ReportsEachWithItsPlace()
    {
        const string text = """
            www  A    192.0.2.256
            www  AAA  2001:db8::1
            mail MX   mail
            a..b A    192.0.2.1
            txt  TXT  "open
            host CH   TXT "x"
            $TTL soon
            $ORIGN example.net.
            w    60 60 A 192.0.2.1
            ok   A    192.0.2.1
            any  ANY  x
              A 192.0.2.1 )
            host
            """;
        Assert.Equal(
            [
                "zone:1:11: A address: '192.0.2.256' is not an IPv4 address such as 192.0.2.1",
                "zone:2:6: 'AAA' is not a record type; did you mean AAAA?",
                "zone:3:11: MX preference: 'mail' is not a number from 0 to 65535",
                "zone:4:1: owner 'a..b': two dots follow each other: a label cannot be empty",
                "zone:5:11: the quote is not closed on its line",
                "zone:6:6: class 'CH' is not served; the only class is IN",
                "zone:7:6: 'soon' is not a TTL: seconds from 0 to 2147483647, or a duration such as 1h30m",
                "zone:8:1: '$ORIGN' is not a directive; expected $ORIGIN, $TTL, $INCLUDE or $GENERATE",
                "zone:9:9: '60': the TTL is already given; expected a class or a type",
                "zone:11:6: ANY cannot be in a zone: it is a type for questions and messages only",
                "zone:12:15: ')' without a '(' before it",
                "zone:13:1: the record has no type; expected one such as A, AAAA or CNAME",
            ],
            Errors(text));
        ZoneFileRecord kept = Assert.Single(Scan(text).Records);
        Assert.Equal(new ZoneFilePosition("zone", 10, 1), kept.Position);
    }

    [Theory]
    [InlineData("CNMAE", "CNAME")]
    [InlineData("AAAAA", "AAAA")]
    [InlineData("txtt", "TXT")]
    [InlineData("MXX", "MX")]
    [InlineData("HTPS", "HTTPS")]
    [InlineData("DNSKY", "DNSKEY")]
    [InlineData("QWERTYUIOP", null)]
    public void NearestMnemonic_Misspelt_IsWhatWasMeant(string text, string? expected) =>
        Assert.Equal(expected, RecordTypes.NearestMnemonic(text));

    [Fact]
    public void Scan_ParenthesisNeverClosed_ReportsWhereItOpens() =>
        Assert.Equal(["zone:2:7: '(' is never closed"], Errors("a A 192.0.2.1\nb TXT ( \"x\"\nc A 192.0.2.1\n"));

    [Fact]
    public void Scan_BlankOwnerBeforeAnyOther_IsOneError()
    {
        string error = Assert.Single(Errors("  A 192.0.2.1\n  A 192.0.2.2\nb A 192.0.2.3"));
        Assert.StartsWith("zone:1:3: the line begins with a blank", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_MoreErrorsThanTheLimit_StopsThere()
    {
        ZoneFileResult result = ZoneFileScanner.Scan(
            new ZoneFileText("zone", string.Concat(Enumerable.Repeat("a BAD x\n", 50))),
            Origin,
            new ZoneFileOptions { Limits = new ZoneFileLimits { Errors = 7 } });
        Assert.Equal(7, result.Errors.Count);
        Assert.True(result.IsCutShort);
    }

    [Fact]
    public void Scan_Include_HasItsOwnOriginAndOwnerAndSharesTtl()
    {
        FakeZoneFiles files = new()
        {
            Files =
            {
                ["main"] = "$TTL 60\nwww A 192.0.2.1\n$INCLUDE \"hosts\" sub\n    A 192.0.2.2\nb A 192.0.2.3\n",
                ["hosts"] = "$TTL 90\n@ A 192.0.2.4\nx.y TXT z\n$ORIGIN elsewhere.\nq A 192.0.2.5\n",
            },
        };
        ZoneFileResult result = ZoneFileScanner.Scan("main", Origin, files);
        Assert.Equal("""
            www.example.com.	60	IN	A	192.0.2.1
            sub.example.com.	90	IN	A	192.0.2.4
            x.y.sub.example.com.	90	IN	TXT	"z"
            q.elsewhere.	90	IN	A	192.0.2.5
            www.example.com.	90	IN	A	192.0.2.2
            b.example.com.	90	IN	A	192.0.2.3

            """, Normalize(result));
        Assert.Equal("hosts:3:1", result.Records[2].Position.ToString());
    }

    [Fact]
    public void Scan_IncludeOfItselfOrNothing_IsAnError()
    {
        FakeZoneFiles files = new() { Files = { ["main"] = "$INCLUDE main\n$INCLUDE none\n$INCLUDE\n" } };
        ZoneFileResult result = ZoneFileScanner.Scan("main", Origin, files);
        Assert.Contains(result.Errors, error => error.Message.Contains("16 files deep", StringComparison.Ordinal));
        Assert.Contains(result.Errors, error => error.ToString() == "main:2:10: $INCLUDE: there is no file 'none'");
        Assert.Contains(result.Errors, error => error.ToString() == "main:3:1: expected $INCLUDE file [origin]");
        Assert.Equal("gone:1:1: there is no file 'gone'", ZoneFileScanner.Scan("gone", Origin, files).Errors[0].ToString());
    }

    [Theory]
    [InlineData("$GENERATE 1-3 h$ A 192.0.2.$", "h1 192.0.2.1|h2 192.0.2.2|h3 192.0.2.3")]
    [InlineData("$GENERATE 0-8/4 h${10,4,x} 60 IN A 10.0.0.${1}", "h000a 10.0.0.1|h000e 10.0.0.5|h0012 10.0.0.9")]
    [InlineData("$GENERATE 9-9 h${0,3,d}x${0,0,o}y${0,2,X} A 10.0.0.$", "h009x11y09 10.0.0.9")]
    [InlineData("$GENERATE 18-18 ${0,5,n}.a A 10.0.0.$", "2.1.0.a 10.0.0.18")]
    [InlineData("$GENERATE 171-171 ${0,1,N} A 10.0.0.$ ; comment", "b.a 10.0.0.171")]
    [InlineData("$GENERATE 1-2 h MX \"$ m$\"", "h 1 m1.example.com.|h 2 m2.example.com.")]
    [InlineData("$GENERATE 1-1 h MX $ m$", "h 1 m1.example.com.")]
    [InlineData("$GENERATE 1-1 h TXT \"\\\"a $\\\" b\"", "h \"a 1\" \"b\"")]
    [InlineData("$GENERATE 1-1 h TXT \"a $\" \"b;$\"", "h \"a 1\" \"b;1\"")]
    [InlineData("$GENERATE 5-5 a$$b\\$c A 10.0.0.${-5}", "a\\$b\\$c 10.0.0.0")]
    public void Scan_Generate_MakesRecordsAsBindDoes(string text, string expected)
    {
        ZoneFileResult result = Scan(text);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, string.Join('|', result.Records.Select(record =>
            $"{record.Record.Owner.ToString().Replace(".example.com.", "", StringComparison.Ordinal)} "
            + RdataText.Format(record.Record.Type, record.Record.Rdata.Span))));
    }

    [Theory]
    [InlineData("$GENERATE 3-1 h$ A 10.0.0.$", "zone:1:11: '3-1' is not a range")]
    [InlineData("$GENERATE 1-3/0 h$ A 10.0.0.$", "zone:1:11: '1-3/0' is not a range")]
    [InlineData("$GENERATE 1-3 h$ A", "zone:1:18: expected $GENERATE")]
    [InlineData("$GENERATE 1-3 h${a} A 10.0.0.$", "zone:1:15: $GENERATE: expected ${offset,width,base}")]
    [InlineData("$GENERATE 1-3 h${-2} A 10.0.0.$", "zone:1:1: $GENERATE: an offset makes the number negative")]
    [InlineData("$GENERATE 250-300 h A 10.0.0.$", "zone:1:1: A address: '10.0.0.256'")]
    public void Scan_BadGenerate_IsOneError(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Errors(text)), StringComparison.Ordinal);

    [Fact]
    public void Scan_GenerateBeyondTheLimit_StopsThere()
    {
        ZoneFileResult result = ZoneFileScanner.Scan(
            new ZoneFileText("zone", "$GENERATE 0-2147483647 h A 10.0.0.1\n$GENERATE 0-9 h A 10.0.0.1"),
            Origin,
            new ZoneFileOptions { DefaultTtlSeconds = 1, Limits = new ZoneFileLimits { GeneratedRecords = 20 } });
        Assert.Equal("zone:1:1: $GENERATE makes more than 20 records", Assert.Single(result.Errors).ToString());
        Assert.Equal(20, result.Records.Count);
    }

    [Fact]
    public void Scan_WindowsLinesAndByteOrderMark_AreRead() =>
        Assert.Equal(2, Scan("\uFEFFa A 192.0.2.1\r\n  A 192.0.2.2\r\n").Records.Count);

    [Fact]
    public void Scan_ManyRecords_TakesSeconds()
    {
        StringBuilder text = new();
        for (int i = 0; i < 200_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"host{i} 300 IN A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n");
        }
        ZoneFileText file = new("zone", text.ToString());
        long start = TimeProvider.System.GetTimestamp();
        Assert.Equal(200_000, ZoneFileScanner.Scan(file, Origin).Records.Count);
        // Generous: the point is to notice an accidental square.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 10);
    }
}
