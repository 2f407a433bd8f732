using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tests.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Tests.ZoneFiles;

/// <summary>Seeded random zone text: it never throws, errors have places inside the text, and formatted records scan back.</summary>
public sealed class ZoneFilePropertyTests
{
    private const int CaseCount = 8_000;

    private static readonly DomainName Origin = DomainName.Parse("example.com.");

    [Fact]
    public void Format_EveryTypeAndRandomOwners_ScansBack()
    {
        Random random = new(31);
        List<ResourceRecord> records = [];
        foreach ((RecordType type, string text) in RdataTextTests.Forms.Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            Assert.True(RdataText.TryScan(type, text, Origin, out byte[] rdata, out string? error), error);
            records.Add(new ResourceRecord(RandomOwner(random), type, (uint)random.Next(), rdata));
        }
        string first = ZoneFileFormatter.Format(records);
        ZoneFileResult result = ZoneFileScanner.Scan(new ZoneFileText("zone", first), DomainName.Root);
        Assert.Empty(result.Errors);
        Assert.Equal(records.Count, result.Records.Count);
        Assert.All(result.Records.Zip(records), pair => Assert.True(
            pair.First.Record.Rdata.Span.SequenceEqual(pair.Second.Rdata.Span) && pair.First.Record.Owner == pair.Second.Owner));
        Assert.Equal(first, ZoneFileFormatter.Format(result.Records.Select(record => record.Record)));
        using StringWriter writer = new();
        ZoneFileFormatter.Format(records, writer);
        Assert.Equal(first, writer.ToString());
    }

    [Fact]
    public void Scan_MutatedZones_NeverThrowsAndPlacesErrorsInTheText()
    {
        const string Zone = "$TTL 1h\n@ SOA ns h ( 1 2h\n 3 4 5 ) ; c\n  NS ns\n$ORIGIN s\na\\046b 5 IN TXT \"x;y\" z\n"
            + "$GENERATE 1-4/2 h${1,2,x} A 192.0.2.$\nx HTTPS 1 . alpn=\"h2,h3\"\n$INCLUDE f o\nu TYPE65280 \\# 2 abcd\n";
        const string Alphabet = " \t\n\r\"\\;()@$.#-=,:/!{}09azAZ\0é\uD800\uFEFF";
        FakeZoneFiles files = new();
        Random random = new(32);
        int clean = 0;
        for (int i = 0; i < CaseCount; i++)
        {
            StringBuilder text = new(Zone);
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                        break;
                    case 1:
                        text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at));
                        break;
                    default:
                        text[at] = Alphabet[random.Next(Alphabet.Length)];
                        break;
                }
            }
            files.Files["main"] = text.ToString();
            files.Files["f"] = random.Next(20) > 0 ? "i A 192.0.2.9\n" : "$INCLUDE main\n";
            ZoneFileResult result = ZoneFileScanner.Scan(
                "main", Origin, files, new ZoneFileOptions { Limits = new ZoneFileLimits { Errors = 20, Includes = 20, GeneratedRecords = 100 } });
            clean += result.Errors.Count == 0 ? 1 : 0;
            Assert.True(result.Errors.Count <= 20);
            int lineCount = files.Files["main"].Count(c => c == '\n') + 1;
            Assert.All(result.Errors, error =>
            {
                Assert.InRange(error.Position.Line, 1, lineCount);
                Assert.InRange(error.Position.Column, 1, text.Length + 1);
                Assert.NotEmpty(error.Message);
            });
            Assert.All(result.Records, record => Assert.True(RdataLayouts.IsWellFormed(record.Record.Type, record.Record.Rdata.Span)));
        }
        Assert.InRange(clean, CaseCount / 100, CaseCount);
    }

    private static DomainName RandomOwner(Random random)
    {
        byte[] label = new byte[random.Next(1, 64)];
        random.NextBytes(label);
        return Origin.TryPrepend(label) ?? Origin;
    }
}
