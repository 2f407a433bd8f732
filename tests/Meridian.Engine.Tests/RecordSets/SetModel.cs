using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.RecordSets;

/// <summary>Builds zones of record sets, and asks what they answer.</summary>
internal sealed class SetModel
{
    public static readonly DomainName Apex = DomainName.Parse("example.com.");

    private readonly Dictionary<(DomainName Owner, RecordType Type), List<RecordSetModel>> _sets = [];
    private readonly List<RRsetModel> _others = [];
    private readonly Dictionary<MemberKey, MemberVerdict> _verdicts = [];
    private MeridianModel _model = new();

    public SetModel Set(
        string owner, string identifier, RoutingModel routing, string[] values, uint ttl = 60, string? health = null, RecordType type = RecordType.A)
    {
        SetsOf(owner, type).Add(new RecordSetModel
        {
            Identifier = identifier,
            Routing = routing,
            TtlSeconds = ttl,
            Rdata = [.. values.Select(text => new RdataModel(Scan(type, text)))],
            Health = health,
        });
        return this;
    }

    public SetModel Set(string owner, string identifier, RoutingModel routing, string value, string? health = null) =>
        Set(owner, identifier, routing, [value], health: health);

    public SetModel AliasSet(
        string owner, string identifier, RoutingModel routing, string target, bool evaluates, string? health = null, RecordType type = RecordType.A)
    {
        SetsOf(owner, type).Add(new RecordSetModel
        {
            Identifier = identifier,
            Routing = routing,
            Alias = new AliasModel(DomainName.Parse(target, Apex), evaluates),
            Health = health,
        });
        return this;
    }

    /// <summary>A set as it is.</summary>
    public SetModel Set(string owner, RecordSetModel set, RecordType type = RecordType.A)
    {
        SetsOf(owner, type).Add(set);
        return this;
    }

    public SetModel Alias(string owner, string target, bool evaluates = false, RecordType type = RecordType.A)
    {
        _others.Add(new RRsetModel
        {
            Owner = DomainName.Parse(owner, Apex),
            Type = type,
            Alias = new AliasModel(DomainName.Parse(target, Apex), evaluates),
        });
        return this;
    }

    public SetModel Records(string owner, RecordType type, uint ttl, params string[] values)
    {
        _others.Add(ModelBuilder.Records(owner, "example.com.", type, values) with { TtlSeconds = ttl });
        return this;
    }

    public SetModel Other(RRsetModel rrset)
    {
        _others.Add(rrset);
        return this;
    }

    /// <summary>A health check with a target of its own.</summary>
    public SetModel Check(string name, HealthState state = HealthState.Up, Func<MonitorModel, MonitorModel>? change = null)
    {
        MonitorModel monitor = new() { Name = name, Type = MonitorType.Http, Port = 80, Target = new MonitorTarget(IPAddress.Parse("192.0.2.200"), null) };
        _model = _model with { Monitors = _model.Monitors.SetItem(name, change?.Invoke(monitor) ?? monitor) };
        _verdicts[StandingMonitors.MemberOf(name)] = new MemberVerdict(state, 0);
        return this;
    }

    public SetModel Change(Func<MeridianModel, MeridianModel> change)
    {
        _model = change(_model);
        return this;
    }

    /// <summary>The model with everything worked out.</summary>
    public MeridianModel Expand(out ImmutableArray<ModelProblem> problems)
    {
        RRsetList rrsets =
        [
            .. _sets.Select(entry => new RRsetModel { Owner = entry.Key.Owner, Type = entry.Key.Type, Sets = [.. entry.Value] })
                .Concat(_others).OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type),
        ];
        ZoneModel zone = new()
        {
            Apex = Apex,
            Soa = new SoaModel { Primary = DomainName.Parse("ns1", Apex), Contact = DomainName.Parse("hostmaster", Apex) },
            RRsets = rrsets,
        };
        return RecordSetExpansion.Expand(_model with { Zones = _model.Zones.SetItem(Apex, zone) }, out problems);
    }

    public DataPlane Serve(PlaceDatabase? places = null)
    {
        MeridianModel model = Expand(out ImmutableArray<ModelProblem> problems);
        Assert.Empty(problems);
        CompileResult result = SnapshotCompiler.Compile(
            model, places ?? PlaceDatabase.Empty, new RevisionInfo(1, 1, "digest", DateTimeOffset.UnixEpoch), null);
        Assert.Empty(result.Problems);
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Assert.IsType<DataPlaneSnapshot>(result.Snapshot), new FixedVerdicts(_verdicts));
        return dataPlane;
    }

    public TestClient Client(PlaceDatabase? places = null) => new(Serve(places));

    /// <summary>Every answer that comes up in many queries, with how often.</summary>
    public static Dictionary<string, int> Draws(TestClient client, string name, int queries = 400, string? subnet = null, RecordType type = RecordType.A)
    {
        Dictionary<string, int> found = [];
        for (int i = 0; i < queries; i++)
        {
            string answer = AnswerOf(client.Ask(name, type, subnet, (ushort)i));
            found[answer] = found.GetValueOrDefault(answer) + 1;
        }
        return found;
    }

    /// <summary>The records of an answer in order, or the code of one without any.</summary>
    public static string AnswerOf(TestResponse response) => response.AnswerCount == 0
        ? response.Rcode == Dns.Rcode.NoError ? "NODATA" : response.Rcode.ToString().ToUpperInvariant()
        : string.Join(' ', response.Message.Answer.Select(record => RdataText.Format(record.Type, record.Rdata.Span)).Order(StringComparer.Ordinal));

    private List<RecordSetModel> SetsOf(string owner, RecordType type)
    {
        (DomainName, RecordType) key = (DomainName.Parse(owner, Apex), type);
        if (!_sets.TryGetValue(key, out List<RecordSetModel>? sets))
        {
            _sets.Add(key, sets = []);
        }
        return sets;
    }

    private static byte[] Scan(RecordType type, string text)
    {
        Assert.True(RdataText.TryScan(type, text, Apex, out byte[] rdata, out string? error), error);
        return rdata;
    }
}
