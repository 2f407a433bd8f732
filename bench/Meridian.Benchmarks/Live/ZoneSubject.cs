using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Publishing;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Benchmarks.Live;

/// <summary>A zone of so many names, of which another one gets another address with each change.</summary>
internal sealed class ZoneSubject : ILiveSubject, IVerdictSource
{
    private static readonly DomainName Apex = DomainName.Parse("example.com.");

    private readonly PlaceDatabase _places;
    private readonly byte[] _expected = new byte[4];
    private MeridianModel _model;
    private DataPlaneSnapshot _snapshot;
    private uint _changes;

    public ZoneSubject(int names)
    {
        _places = PlaceDatabaseCache.CreateDefault().TryGet(new GeoModel(), out string? problem)
            ?? throw new InvalidOperationException(problem);
        ZoneModel zone = new()
        {
            Apex = Apex,
            Soa = new SoaModel { Primary = DomainName.Parse("ns1.example.com."), Contact = DomainName.Parse("hostmaster.example.com.") },
            RRsets = [.. RRsets(names)],
        };
        _model = new MeridianModel { Zones = ImmutableSortedDictionary<ZoneKey, ZoneModel>.Empty.Add(Apex, zone) };
        _snapshot = Publish();
    }

    public DataPlane DataPlane { get; } = new(TimeProvider.System);

    public byte[] Query { get; private set; } = [];

    public ReadOnlySpan<byte> Expected => _expected;

    public void Change()
    {
        ZoneModel zone = _model.Zones[Apex];
        // Spread over the zone, and never the same name twice in a row.
        int index = 2 + (int)(_changes * 7919L % (zone.RRsets.Length - 2));
        RRsetModel rrset = zone.RRsets[index];
        byte[] address = [10, (byte)(0x80 | (_changes >> 16)), (byte)(_changes >> 8), (byte)_changes];
        RRsetModel changed = rrset with { Rdata = [address] };
        _model = _model with { Zones = _model.Zones.SetItem(Apex, zone with { RRsets = zone.RRsets.SetItem(index, changed) }) };
        address.CopyTo(_expected, 0);
        Query = SampleService.Query(rrset.Owner.ToString().TrimEnd('.'));
        _snapshot = Publish();
    }

    public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;

    private DataPlaneSnapshot Publish()
    {
        _changes++;
        RevisionInfo revision = new(_changes, _changes, _changes.ToString(CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch);
        CompileResult result = SnapshotCompiler.Compile(_model, _places, revision, _snapshot);
        DataPlaneSnapshot snapshot = result.Snapshot ?? throw new InvalidOperationException(result.Problems[0].Message);
        DataPlane.Publish(snapshot, this);
        return snapshot;
    }

    /// <summary>In canonical order, as front ends give them.</summary>
    private static IEnumerable<RRsetModel> RRsets(int names)
    {
        DomainName server = DomainName.Parse("ns1.example.com.");
        yield return new RRsetModel { Owner = Apex, Type = RecordType.NS, Rdata = [server.Wire.ToArray()] };
        int width = names.ToString(CultureInfo.InvariantCulture).Length;
        for (int i = 0; i < names; i++)
        {
            string label = i.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
            byte[] address = [10, (byte)(i >> 16), (byte)(i >> 8), (byte)i];
            yield return new RRsetModel { Owner = DomainName.Parse($"host{label}.example.com."), Type = RecordType.A, Rdata = [address] };
        }
        yield return new RRsetModel { Owner = server, Type = RecordType.A, Rdata = [new byte[] { 192, 0, 2, 53 }] };
    }
}
