using System.Collections.Immutable;
using Meridian.Dns.Records;
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

    private readonly Random _random;
    private readonly ModelBuilder _builder = new();
    private readonly Dictionary<(string Pool, string Target), MemberStatus> _statuses = [];

    public RandomSteering(int seed, bool anyStrict = false)
    {
        _random = new Random(seed);
        for (int i = 0; i < 4; i++)
        {
            AddPool(i);
        }
        for (int i = 0; i < 3; i++)
        {
            AddPolicy(i, anyStrict);
        }
        _builder.Zone("example.com.", [.. Enumerable.Range(0, 3).Select(i => ModelBuilder.Steered($"p{i}", "example.com.", RecordType.A, $"p{i}"))]);
        Model = _builder.Build();
        // Every country is somewhere, so that every key can be told apart; clients come from 10.0.0.0/8.
        Places = ModelBuilder.Places([
            .. Countries.Select((country, i) => ($"172.16.{i}.0/24", country)),
            .. Enumerable.Range(0, _random.Next(1, 12)).Select(_ => RandomPlace()),
        ]);
        Reference = new SteeringReference(Model, (pool, member) => _statuses[(pool, member.Target)]);
    }

    public MeridianModel Model { get; }

    public PlaceDatabase Places { get; }

    public SteeringReference Reference { get; }

    public TestClient Serve() => new(ServeDataPlane());

    public DataPlane ServeDataPlane() => _builder.Serve(Places);

    public string RandomClient() => $"10.{_random.Next(4)}.{_random.Next(4) * 64}.{_random.Next(256)}";

    private (string Network, string Place) RandomPlace()
    {
        int length = _random.Next(9, 27);
        uint address = 0x0A00_0000 | ((uint)_random.Next(4) << 16) | ((uint)(_random.Next(4) * 64) << 8) | (uint)_random.Next(256);
        uint masked = address & (uint.MaxValue << (32 - length));
        return ($"{masked >> 24}.{masked >> 16 & 255}.{masked >> 8 & 255}.{masked & 255}/{length}", Pick(Countries));
    }

    private void AddPool(int index)
    {
        string name = $"pool{index}";
        ImmutableArray<MemberModel> members = [.. Enumerable.Range(1, _random.Next(1, 4)).Select(host => ModelBuilder.Member($"192.0.{index}.{host}") with
        {
            State = _random.Next(6) switch { 0 => AdminState.ForcedDown, 1 => AdminState.Draining, 2 => AdminState.ForcedUp, _ => AdminState.Auto },
        })];
        _builder.Pool(new PoolModel { Name = name, Monitor = "web", Members = members, MinHealthy = _random.Next(1, 3) });
        foreach (MemberModel member in members)
        {
            HealthState health = _random.Next(3) == 0 ? HealthState.Up : _random.Next(8) == 0 ? HealthState.Unknown : HealthState.Down;
            health = _random.Next(2) == 0 ? HealthState.Up : health;
            _builder.Verdict(name, member.Target, health);
            _statuses[(name, member.Target)] = new MemberStatus(health, member.State, 0);
        }
    }

    private void AddPolicy(int index, bool anyStrict) => _builder.Policy($"p{index}", RandomNode(3, index), policy => policy with
    {
        Strict = anyStrict && _random.Next(2) == 0,
        WhenAllDown = _random.Next(5) switch
        {
            0 => WhenAllDown.NoData,
            1 => WhenAllDown.ServFail,
            2 => WhenAllDown.Pool,
            _ => WhenAllDown.ServeAll,
        },
        FallbackPool = "pool3",
    });

    private SteeringNode RandomNode(int depth, int policy)
    {
        int kind = depth == 0 ? 0 : _random.Next(7);
        return kind switch
        {
            1 => new FailoverNode(Children(depth, policy)),
            2 => new WeightedNode([.. Children(depth, policy).Select(child => new WeightedChild(child, _random.Next(3)))], _random.Next(2) == 0),
            3 => new MultivalueNode(Children(depth, policy), SteeringLimits.MultivalueMax, _random.Next(2) == 0),
            4 or 5 => RandomGeo(depth, policy),
            6 when policy > 0 => new PolicyNode($"p{_random.Next(policy)}"),
            _ => new PoolNode($"pool{_random.Next(4)}"),
        };
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
