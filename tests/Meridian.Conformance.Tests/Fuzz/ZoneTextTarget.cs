using System.Text;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Master files: mistakes have a place and words, and what was understood is written and read again as the same records.</summary>
internal sealed class ZoneTextTarget : IFuzzTarget
{
    private const int SeedLength = 1_500;
    private const int RecordsMax = 2_000;

    private static readonly DomainName Origin = DomainName.Parse("example.test.");
    private static readonly ZoneFileOptions Options = new() { Limits = new ZoneFileLimits { Records = RecordsMax } };

    public string Name => "zone-text";

    public int InputsPerRound => 150;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. ZoneCollection.All.Select(zone => Encoding.UTF8.GetBytes(zone.Text[..Math.Min(zone.Text.Length, SeedLength)])),
        "$TTL 1h30m\n@ SOA ns h ( 1 2\n 3 4 ; comment\n 5 )\n$GENERATE 1-9/2 h${1,3,x} A 10.0.0.$\n\tMX 1 @\n"u8.ToArray(),
        "$ORIGIN a\n$INCLUDE other\nx\\.y 3600 IN TYPE1 \\# 4 0a000001\n\"q\" TXT \"\\\"\\065\" unquoted\n"u8.ToArray(),
    ];

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        .. new[]
        {
            "$TTL ", "$ORIGIN ", "$INCLUDE ", "$GENERATE ", "1-100 ", "$", "${", "${0,3,d}", "(", ")", ";", "\n", "\n ", "\t", "\"", "\\", "\\000", "@ ", "IN ", "CH ",
            "3600 ", "4294967295 ", "1w2d ", "A ", "TXT ", "SVCB ", "TYPE65535 ", "\\# 0", ".", "..",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        ZoneFileResult result = ZoneFileScanner.Scan(new ZoneFileText("fuzz", Encoding.UTF8.GetString(input)), Origin, Options);
        foreach (ZoneFileError error in result.Errors)
        {
            FuzzFailureException.ThrowUnless(error is { Position: { Line: >= 1, Column: >= 1 }, Message.Length: > 0 }, "a mistake without its place");
        }
        VerifyRoundTrip([.. result.Records.Select(record => record.Record)]);
        // The words of the last mistake before what it quotes, and the type of the last record: what the scanner did at the end.
        string mistake = result.Errors.Count > 0 ? result.Errors[^1].Message.Split('\'')[0] : "";
        RecordType last = result.Records.Count > 0 ? result.Records[^1].Record.Type : RecordType.None;
        return HashCode.Combine(mistake.Length, RdataTextTarget.Known(last), (int)Math.Log2(result.Records.Count + 1));
    }

    private static void VerifyRoundTrip(IReadOnlyList<ResourceRecord> records)
    {
        using StringWriter text = new();
        ZoneFileFormatter.Format(records, text);
        ZoneFileResult again = ZoneFileScanner.Scan(new ZoneFileText("again", text.ToString()), Origin, Options);
        FuzzFailureException.ThrowUnless(again.Errors.Count == 0, "what was formatted cannot be scanned");
        FuzzFailureException.ThrowUnless(again.Records.Count == records.Count, "what was formatted scans as fewer or more records");
        for (int i = 0; i < records.Count; i++)
        {
            ResourceRecord record = again.Records[i].Record;
            bool isSame = record.Owner == records[i].Owner && record.Type == records[i].Type && record.TtlSeconds == records[i].TtlSeconds
                && record.Rdata.Span.SequenceEqual(records[i].Rdata.Span);
            FuzzFailureException.ThrowUnless(isSame, "what was formatted scans as something else");
        }
    }
}
