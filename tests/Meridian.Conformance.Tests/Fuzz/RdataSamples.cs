using System.Collections.Immutable;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Record data of every type, from the hand-written zones.</summary>
internal static class RdataSamples
{
    /// <summary>One text per type and kind.</summary>
    public static ImmutableArray<(RecordType Type, string Text)> All { get; } =
    [
        .. ZoneCollection.All.SelectMany(Read).Concat(Further).DistinctBy(sample => (sample.Type, sample.Text.Length)).GroupBy(sample => sample.Type)
            .SelectMany(group => group.Take(5)),
    ];

    // What the zones do not have: records of signed zones, and types that a reference lacks.
    private static IEnumerable<(RecordType Type, string Text)> Further =>
    [
        (RecordType.RRSIG, "A 5 3 86400 20300322173103 20260220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr"),
        (RecordType.NSEC, "host.example.com. A MX RRSIG NSEC TYPE1234"),
        (RecordType.NSEC3, "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG"),
        (RecordType.NSEC3PARAM, "1 0 12 aabbccdd"),
        (RecordType.DNSKEY, "256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3"),
        (RecordType.ZONEMD, "2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE"),
        (RecordType.HIP, "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMz rvs.example.com."),
        (RecordType.WKS, "10.0.0.1 6 25 80"),
        (RecordType.ISDN, "\"150862028003217\" \"004\""),
        (RecordType.X25, "\"311061700956\""),
        (RecordType.PX, "10 a.example. b.example."),
        (RecordType.NSAP, "0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00"),
        (RecordType.GPOS, "-22.6882 116.8652 250.0"),
        (RecordType.NULL, "\\# 3 010203"),
    ];

    public static byte[] Scan(RecordType type, string text) =>
        RdataText.TryScan(type, text, DomainName.Root, out byte[] rdata, out string? error) ? rdata : throw new FormatException($"{type} {text}: {error}");

    private static IEnumerable<(RecordType Type, string Text)> Read(TestZone zone) =>
        ZoneFileScanner.Scan(new ZoneFileText(zone.Apex, zone.Text), DomainName.Parse(zone.Apex)).Records
            .Select(record => (record.Record.Type, RdataText.Format(record.Record.Type, record.Record.Rdata.Span)));
}
