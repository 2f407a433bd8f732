using System.Collections.Immutable;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>
/// Questions made from zones and a seed: names that are there, above, below and beside them, at the edges of wildcards, deep and
/// long; types that the name has and others; with and without EDNS, over UDP and TCP.
/// </summary>
internal sealed class QueryGenerator
{
    private static readonly RecordType[] CommonTypes =
    [
        RecordType.A, RecordType.A, RecordType.AAAA, RecordType.NS, RecordType.SOA, RecordType.MX, RecordType.TXT, RecordType.CNAME,
        RecordType.DNAME, RecordType.DS, RecordType.SRV, RecordType.HTTPS, RecordType.PTR, RecordType.ANY, RecordType.NSEC,
        RecordType.RRSIG, RecordType.DNSKEY, (RecordType)65300, (RecordType)1000,
    ];

    private static readonly string[] Labels = ["a", "b", "www", "*", "ns", "zz", "nothing", "_tcp", "0", "\\255"];

    private readonly Random _random;
    private readonly ImmutableArray<(DomainName Name, RecordType Type)> _rrsets;

    public QueryGenerator(IEnumerable<TestZone> zones, int seed)
    {
        _random = new Random(seed);
        _rrsets = [.. zones.SelectMany(Read).Distinct().OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type)];
    }

    public Ask Next(ushort id)
    {
        (DomainName owner, RecordType type) = _rrsets[_random.Next(_rrsets.Length)];
        QueryBuilder query = new(RandomCase(Vary(owner).ToString()), RandomType(type))
        {
            Id = id,
            Flags = _random.Next(4) == 0 ? MessageFlags.RecursionDesired : MessageFlags.None,
        };
        query = _random.Next(8) switch
        {
            0 or 1 or 2 => query,
            3 => query with { UdpPayloadSize = 512 },
            4 => query with { UdpPayloadSize = 4096 },
            5 => query with { UdpPayloadSize = (ushort)_random.Next(512, 1233) },
            6 => query with { UdpPayloadSize = 1232 },
            _ => query with { UdpPayloadSize = 1232, IsDnssecOk = true },
        };
        return new Ask { Wire = query.Build(), IsTcp = _random.Next(25) == 0 };
    }

    private static IEnumerable<(DomainName Owner, RecordType Type)> Read(TestZone zone)
    {
        ZoneFileResult result = ZoneFileScanner.Scan(new ZoneFileText(zone.Apex, zone.Text), DomainName.Parse(zone.Apex));
        Assert.Empty(result.Errors);
        return result.Records.Select(record => (record.Record.Owner, record.Record.Type));
    }

    private RecordType RandomType(RecordType type) => _random.Next(10) switch
    {
        < 4 => type,
        < 9 => CommonTypes[_random.Next(CommonTypes.Length)],
        _ => _rrsets[_random.Next(_rrsets.Length)].Type,
    };

    private DomainName Vary(DomainName owner)
    {
        switch (_random.Next(12))
        {
            case 0:
                return Below(owner, 1);
            case 1:
                return Below(owner, _random.Next(2, 6));
            case 2:
                return Below(Ancestor(owner), 1);
            case 3:
                return Ancestor(owner);
            case 4:
                return Below(Ancestor(owner), _random.Next(1, 4));
            case 5:
                return Below(owner, _random.Next(5, 40));
            case 6:
                return Lengthen(owner);
            case 7:
            case 8:
                return ReplaceAsterisks(owner);
            case 9 when _random.Next(20) == 0:
                return Below(DomainName.Root, _random.Next(4));
            default:
                return owner;
        }
    }

    private DomainName Below(DomainName name, int labels)
    {
        for (int i = 0; i < labels; i++)
        {
            name = Prepend(name, Labels[_random.Next(Labels.Length)]);
        }
        return name;
    }

    private DomainName Ancestor(DomainName name)
    {
        for (int up = _random.Next(1, 4); up > 0 && name.Parent is { LabelCount: > 0 } parent; up--)
        {
            name = parent;
        }
        return name;
    }

    // Up to 255 octets, with labels of 63 where there is room.
    private DomainName Lengthen(DomainName name)
    {
        while (DomainName.MaxLength - name.Wire.Length >= 2)
        {
            int room = Math.Min(DomainName.MaxLabelLength, DomainName.MaxLength - name.Wire.Length - 1);
            name = Prepend(name, new string('l', _random.Next(3) == 0 ? _random.Next(1, room + 1) : room));
        }
        return name;
    }

    // What a wildcard may match: one label or several in its place.
    private DomainName ReplaceAsterisks(DomainName name)
    {
        if (name.IsRoot || name.Parent is not { } parent)
        {
            return name;
        }
        ReadOnlySpan<byte> label = name.Wire.Slice(1, name.Wire[0]);
        DomainName above = ReplaceAsterisks(parent);
        return label is [(byte)'*'] && _random.Next(4) > 0 ? Below(above, _random.Next(1, 4)) : above.TryPrepend(label) ?? name;
    }

    // Not when the name would be too long.
    private static DomainName Prepend(DomainName name, string label)
    {
        DomainName single = DomainName.Parse(label);
        return name.TryPrepend(single.Wire.Slice(1, single.Wire[0])) ?? name;
    }

    private string RandomCase(string name) => _random.Next(4) > 0
        ? name
        : string.Concat(name.Select(letter => _random.Next(2) == 0 ? char.ToUpperInvariant(letter) : letter));
}
