using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Support;

/// <summary>Builds small models and data planes for tests.</summary>
internal sealed class ModelBuilder
{
    private MeridianModel _model = new();
    private readonly Dictionary<MemberKey, MemberVerdict> _verdicts = [];

    public ModelBuilder Site(string name, Coordinates? location = null)
    {
        _model = _model with { Sites = _model.Sites.SetItem(name, new SiteModel { Name = name, Location = location }) };
        return this;
    }

    /// <summary>One line of the latency table: a network or a place, a site and milliseconds.</summary>
    public ModelBuilder Latency(string networkOrPlace, string site, double milliseconds)
    {
        LatencyMeasurement row = networkOrPlace.Contains('/', StringComparison.Ordinal)
            ? new(IPNetwork.Parse(networkOrPlace), null, site, milliseconds)
            : new(null, Place(networkOrPlace), site, milliseconds);
        _model = _model with { Latency = _model.Latency.Add(row) };
        return this;
    }

    public ModelBuilder UpdateKey(string name, UpdateKeyModel key)
    {
        _model = _model with { UpdateKeys = _model.UpdateKeys.SetItem(name, key) };
        return this;
    }

    public ModelBuilder Pool(string name, params string[] targets) => Pool(new PoolModel
    {
        Name = name,
        Monitor = "web",
        Members = [.. targets.Select(Member)],
    });

    public ModelBuilder Pool(PoolModel pool)
    {
        _model = _model with
        {
            Pools = _model.Pools.SetItem(pool.Name, pool),
            Monitors = _model.Monitors.SetItem("web", new MonitorModel { Name = "web", Type = MonitorType.Http, Port = 80 }),
        };
        return this;
    }

    public static MemberModel Member(string target) => IPAddress.TryParse(target, out IPAddress? address)
        ? new MemberModel { Address = address }
        : new MemberModel { Hostname = DomainName.Parse(target) };

    public ModelBuilder Policy(string name, SteeringNode root, Func<PolicyModel, PolicyModel>? change = null)
    {
        PolicyModel policy = new() { Name = name, Root = root, TtlSeconds = 30 };
        _model = _model with { Policies = _model.Policies.SetItem(name, change?.Invoke(policy) ?? policy) };
        return this;
    }

    public ModelBuilder Zone(string apex, params RRsetModel[] rrsets)
    {
        DomainName name = DomainName.Parse(apex);
        ZoneModel zone = new()
        {
            Apex = name,
            Soa = new SoaModel { Primary = DomainName.Parse("ns1", name), Contact = DomainName.Parse("hostmaster", name) },
            RRsets = [.. rrsets],
        };
        _model = _model with { Zones = _model.Zones.SetItem(name, zone) };
        return this;
    }

    public ModelBuilder View(string name, params string[] networks)
    {
        _model = _model with { Views = _model.Views.SetItem(name, new ViewModel { Name = name, Networks = [.. networks.Select(IPNetwork.Parse)] }) };
        return this;
    }

    /// <summary>A zone for some views, whose primary server in the start of authority tells the label.</summary>
    public ModelBuilder ZoneOf(string key, string[] views, params RRsetModel[] rrsets)
    {
        Assert.True(ZoneKey.TryParse(key, out ZoneKey zone, out string? problem), problem);
        Zone(zone.Apex.ToString(), rrsets);
        ZoneModel plain = _model.Zones[zone.Apex];
        SoaModel soa = zone.Label.Length == 0 ? plain.Soa : plain.Soa with { Primary = DomainName.Parse($"{zone.Label}.seen.test.") };
        ZoneModel made = plain with { Label = zone.Label, Views = [.. views], Soa = soa };
        // A public zone of the name that was there has just been replaced: whoever wants both adds it afterwards.
        _model = _model with { Zones = _model.Zones.Remove(zone.Apex).Add(zone, made) };
        return this;
    }

    /// <summary>One RRset from zone text.</summary>
    public static RRsetModel Records(string owner, string apex, RecordType type, params string[] rdatas)
    {
        DomainName origin = DomainName.Parse(apex);
        return new RRsetModel
        {
            Owner = DomainName.Parse(owner, origin),
            Type = type,
            Rdata = [.. rdatas.Select(text => (ReadOnlyMemory<byte>)Scan(type, text, origin))],
        };
    }

    public static RRsetModel Steered(string owner, string apex, RecordType type, string policy) => new()
    {
        Owner = DomainName.Parse(owner, DomainName.Parse(apex)),
        Type = type,
        Steering = new SteeredDataModel { Policy = policy },
    };

    public ModelBuilder Answering(AnsweringModel answering)
    {
        _model = _model with { Answering = answering };
        return this;
    }

    public ModelBuilder Down(string pool, string target) => Verdict(pool, target, HealthState.Down);

    public ModelBuilder Verdict(string pool, string target, HealthState state, uint mayChangeInSeconds = 0)
    {
        _verdicts[new MemberKey(pool, target)] = new MemberVerdict(state, mayChangeInSeconds);
        return this;
    }

    public ModelBuilder Reduced(string pool, string target, byte percent)
    {
        _verdicts[new MemberKey(pool, target)] = new MemberVerdict(HealthState.Up, 0) { ReductionPercent = percent };
        return this;
    }

    public MeridianModel Build() => _model;

    /// <summary>What the health checks say.</summary>
    public IVerdictSource Verdicts => new FixedVerdicts(_verdicts);

    public DataPlaneSnapshot Compile(PlaceDatabase? places = null, DataPlaneSnapshot? previous = null, long revision = 1)
    {
        RevisionInfo info = new(revision, (uint)revision, $"digest {revision}", DateTimeOffset.UnixEpoch);
        CompileResult result = SnapshotCompiler.Compile(_model, places ?? PlaceDatabase.Empty, info, previous);
        Assert.Empty(result.Problems);
        return Assert.IsType<DataPlaneSnapshot>(result.Snapshot);
    }

    /// <summary>A data plane that answers from this model; members are up unless told otherwise.</summary>
    public DataPlane Serve(PlaceDatabase? places = null)
    {
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Compile(places), new FixedVerdicts(_verdicts));
        return dataPlane;
    }

    public static PlaceDatabase Places(params (string Network, string Place)[] places) => PlaceDatabase.Empty.WithOverrides(
        [.. places.Select(entry => new GeoOverrideModel(IPNetwork.Parse(entry.Network), Place(entry.Place), null))]);

    public static PlaceKey Place(string text)
    {
        Assert.True(PlaceKey.TryParse(text, out PlaceKey key), text);
        return key;
    }

    private static byte[] Scan(RecordType type, string text, DomainName origin)
    {
        Assert.True(RdataText.TryScan(type, text, origin, out byte[] rdata, out string? error), error);
        return rdata;
    }
}

/// <summary>Verdicts given ahead; up for all others.</summary>
internal sealed class FixedVerdicts(IReadOnlyDictionary<MemberKey, MemberVerdict> verdicts) : IVerdictSource
{
    public MemberVerdict GetVerdict(MemberKey member) => verdicts.GetValueOrDefault(member, MemberVerdict.Up);
}
