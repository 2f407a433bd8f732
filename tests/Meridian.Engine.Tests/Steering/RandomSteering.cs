using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>A random configuration: pools, health, places and policies. The same seed gives the same one.</summary>
internal sealed class RandomSteering
{
    private static readonly string[] Countries = ["FR", "DE", "US", "JP", "BR"];
    private static readonly string[] Continents = ["EU", "NA", "AS"];
    private static readonly string[] Sites = ["eu", "us", "jp", "lost"];

    private readonly Choices _random;
    private readonly ModelBuilder _builder = new();
    private readonly Dictionary<(string Pool, string Target), MemberStatus> _statuses = [];
    private readonly Dictionary<(string Subject, string Metric), double> _loads = [];

    /// <summary>Makes the configuration of a seed.</summary>
    public RandomSteering(int seed, bool anyStrict = false, bool residency = false)
        : this(Choices.Of(seed), anyStrict, residency, null)
    {
    }

    /// <summary>Makes a configuration.</summary>
    /// <param name="choices">What it is made from.</param>
    /// <param name="anyStrict">Some policies are strict.</param>
    /// <param name="residency">The last policy is strict, and its root matches places or networks.</param>
    /// <param name="lie">For tests of the tests: the reference sees members like this; null, as they are.</param>
    public RandomSteering(Choices choices, bool anyStrict, bool residency, StatusLie? lie)
    {
        _random = choices;
        _builder.Site("eu", new Coordinates(50.1, 8.7)).Site("us", new Coordinates(39, -77.5)).Site("jp", new Coordinates(35.7, 139.7)).Site("lost");
        for (int i = 0; i < 4; i++)
        {
            AddPool(i);
        }
        AddMeasurements();
        for (int i = 0; i < 3; i++)
        {
            AddPolicy(i, anyStrict, residency && i == 2);
        }
        // What a policy above another one does must not undo that one's strictness.
        _builder.Policy("outer", new FailoverNode([new PolicyNode("p2"), new PoolNode("pool0"), new PoolNode("pool3")]));
        _builder.Zone("example.com.", [ModelBuilder.Steered("outer", "example.com.", RecordType.A, "outer"), .. Enumerable.Range(0, 3).Select(i => ModelBuilder.Steered($"p{i}", "example.com.", RecordType.A, $"p{i}"))]);
        Model = _builder.Build();
        // Every country is somewhere, so that every key can be told apart; clients come from 10.0.0.0/8.
        Places = ModelBuilder.Places([
            .. Countries.Select((country, i) => ($"172.16.{i}.0/24", country)),
            .. Enumerable.Range(0, _random.Next(1, 12)).Select(_ => RandomPlace()),
        ]);
        Reference = new SteeringReference(Model, (pool, member) => lie is null ? StatusOf(pool, member.Target) : lie(StatusOf(pool, member.Target)), _loads);
        // A Sunday in a week in which Berlin changes its clocks, and on.
        UnixSeconds = 1_774_710_000 + _random.Next(7 * 86_400);
    }

    /// <summary>What it was made from, for who draws more.</summary>
    public Choices Choices => _random;

    public MeridianModel Model { get; }

    public PlaceDatabase Places { get; }

    public SteeringReference Reference { get; }

    /// <summary>When clients ask.</summary>
    public long UnixSeconds { get; }

    /// <summary>The status of a member.</summary>
    public MemberStatus StatusOf(string pool, string target) => _statuses[(pool, target)];

    public TestClient Serve() => new(ServeDataPlane());

    /// <summary>The configuration as another revision, which draws otherwise.</summary>
    public DataPlaneSnapshot Compile(long revision) => _builder.Compile(Places, revision: revision);

    /// <summary>What the health checks say.</summary>
    public IVerdictSource Verdicts => _builder.Verdicts;

    public DataPlane ServeDataPlane()
    {
        DataPlane dataPlane = _builder.Serve(Places);
        dataPlane.UpdateLoads([.. _loads.Select(load => new LoadReading(load.Key.Subject, load.Key.Metric, load.Value))]);
        return dataPlane;
    }

    public ReferenceClient Client(uint address, out int placeLength)
    {
        ClientAddress client = ClientAddress.FromIPv4(address);
        return new ReferenceClient(Places.Places[Places.Find(client, out placeLength)], client.ToIPAddress(), UnixSeconds);
    }

    public string RandomClient() => $"10.{_random.Next(4)}.{_random.Next(4) * 64}.{_random.Next(256)}";

    private (string Network, string Place) RandomPlace() => (RandomNetwork(), Pick(Countries));

    private string RandomNetwork()
    {
        int length = _random.Next(9, 27);
        uint address = 0x0A00_0000 | ((uint)_random.Next(4) << 16) | ((uint)(_random.Next(4) * 64) << 8) | (uint)_random.Next(256);
        uint masked = address & (uint.MaxValue << (32 - length));
        return $"{masked >> 24}.{masked >> 16 & 255}.{masked >> 8 & 255}.{masked & 255}/{length}";
    }

    private void AddPool(int index)
    {
        string name = $"pool{index}";
        ImmutableArray<MemberModel> members = [.. Enumerable.Range(1, _random.Next(1, 4)).Select(host => ModelBuilder.Member($"192.0.{index}.{host}") with
        {
            State = _random.Next(6) switch { 3 => AdminState.ForcedDown, 4 => AdminState.Draining, 5 => AdminState.ForcedUp, _ => AdminState.Auto },
        })];
        _builder.Pool(new PoolModel { Name = name, Site = Sites[index], Monitor = "web", Members = members, MinHealthy = _random.Next(1, 3) });
        foreach (string metric in new[] { "load", "demand", "usage", "spend" }.Where(_ => _random.Next(4) > 0))
        {
            _loads[(name, metric)] = _random.Next(0, 120);
        }
        foreach (MemberModel member in members)
        {
            HealthState health = _random.Next(24) switch { < 16 => HealthState.Up, 16 => HealthState.Unknown, _ => HealthState.Down };
            _builder.Verdict(name, member.Target, health);
            _statuses[(name, member.Target)] = new MemberStatus(health, member.State, 0);
        }
    }

    private void AddPolicy(int index, bool anyStrict, bool residency) => _builder.Policy($"p{index}", RandomRoot(index, residency), policy => policy with
    {
        Strict = residency || (anyStrict && _random.Next(2) == 1),
        WhenAllDown = _random.Next(5) switch
        {
            2 => WhenAllDown.NoData,
            3 => WhenAllDown.ServFail,
            4 => WhenAllDown.Pool,
            _ => WhenAllDown.ServeAll,
        },
        FallbackPool = "pool3",
    });

    private SteeringNode RandomRoot(int policy, bool residency) =>
        !residency ? RandomNode(3, policy) : _random.Next(2) == 0 ? RandomGeo(3, policy) : RandomNetwork(3, policy);

    private SteeringNode RandomNode(int depth, int policy)
    {
        int kind = depth == 0 ? 0 : _random.Next(16);
        return kind switch
        {
            1 => new FailoverNode(Children(depth, policy)),
            2 => new WeightedNode([.. Children(depth, policy).Select(child => new WeightedChild(child, _random.Next(3)))], _random.Next(2) == 0) { ScaleByHealth = _random.Next(3) == 0 },
            3 => new MultivalueNode(Children(depth, policy), SteeringLimits.MultivalueMax, _random.Next(2) == 0),
            4 or 5 => RandomGeo(depth, policy),
            6 when policy > 0 => new PolicyNode($"p{_random.Next(policy)}"),
            7 => new HashNode(Children(depth, policy), _random.Next(2) == 0 ? HashKey.Client : HashKey.QName),
            8 => RandomNetwork(depth, policy),
            9 => new ProximityNode([.. Children(depth, policy).Select(child => new SitedChild(child, Pick(Sites), _random.Next(-90, 91)))]),
            10 => new LatencyNode([.. Children(depth, policy).Select(child => new SitedChild(child, Pick(Sites), 0))]),
            11 => RandomSchedule(depth, policy),
            12 => RandomRamp(depth, policy),
            13 => RandomShed(depth, policy),
            14 => new SpillNode([.. Enumerable.Range(0, 4).Where(_ => _random.Next(4) > 0).Append(0).Distinct()
                .Select(i => new SpillChild($"pool{i}", Sites[i], _random.Next(1, 100)))], "demand"),
            15 => RandomCheapest(depth, policy),
            _ => new PoolNode($"pool{_random.Next(4)}"),
        };
    }

    private NetworkNode RandomNetwork(int depth, int policy)
    {
        List<NetworkBranch> branches = [.. Enumerable.Range(0, _random.Next(1, 5))
            .Select(_ => IPNetwork.Parse(RandomNetwork()))
            .Distinct()
            .Select(network => new NetworkBranch(network, null, RandomNode(depth - 1, policy)))];
        return new NetworkNode([.. branches], _random.Next(3) == 0 ? null : RandomNode(depth - 1, policy), _random.Next(6) == 0);
    }

    private ScheduleNode RandomSchedule(int depth, int policy)
    {
        List<ScheduleWindow> windows = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => new ScheduleWindow
        {
            Days = _random.Next(1, 128),
            FromSecond = _random.Next(24) * 3600,
            ToSecond = _random.Next(1, 25) * 3600,
            LastDate = _random.Next(4) == 0 ? new DateOnly(2026, 3, 30) : null,
            Node = RandomNode(depth - 1, policy),
        })];
        return new ScheduleNode(Pick(["Europe/Berlin", "America/New_York", "UTC"]), [.. windows], _random.Next(3) == 0 ? null : RandomNode(depth - 1, policy));
    }

    private RampNode RandomRamp(int depth, int policy) => new()
    {
        From = RandomNode(depth - 1, policy),
        To = RandomNode(depth - 1, policy),
        Steps = [0, 1, 25, 100],
        Every = TimeSpan.FromDays(1),
        Start = DateTimeOffset.FromUnixTimeSeconds(1_774_710_000 + 86_400),
        Guard = _random.Next(3) == 0 ? "web" : null,
        Sticky = _random.Next(2) == 0,
    };

    private ShedNode RandomShed(int depth, int policy) => new()
    {
        Of = RandomNode(depth - 1, policy),
        To = RandomNode(depth - 1, policy),
        Subject = $"pool{_random.Next(4)}",
        Low = 40,
        High = 80,
        Sticky = _random.Next(2) == 0,
    };

    private CheapestNode RandomCheapest(int depth, int policy) => new(
        [.. Children(depth, policy).Select(child => new PricedChild(
            child, _random.Next(5) == 0 ? null : Pick(Sites), _random.Next(1, 4), _random.Next(2) == 0 ? 50 : null, $"pool{_random.Next(4)}"))],
        _random.Next(0, 200), "usage")
    { Budget = _random.Next(2) == 0 ? _random.Next(200) : null };

    private void AddMeasurements()
    {
        foreach (string site in Sites)
        {
            foreach (string where in Countries.Concat(Continents).Where(_ => _random.Next(6) == 0))
            {
                _builder.Latency(where, site, _random.Next(1, 300));
            }
            _builder.Latency(RandomNetwork(), site, _random.Next(1, 300));
        }
    }

    private GeoNode RandomGeo(int depth, int policy)
    {
        List<GeoBranch> branches = [];
        foreach (string place in Countries.Concat(Continents).Where(_ => _random.Next(3) == 0))
        {
            branches.Add(new GeoBranch(ModelBuilder.Place(place), RandomNode(depth - 1, policy)));
        }
        return new GeoNode([.. branches], _random.Next(3) == 0 ? null : RandomNode(depth - 1, policy), _random.Next(6) == 0);
    }

    private ImmutableArray<SteeringNode> Children(int depth, int policy) =>
        [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => RandomNode(depth - 1, policy))];

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}

/// <summary>A member's status as a reference that is wrong sees it.</summary>
internal delegate MemberStatus StatusLie(MemberStatus status);
