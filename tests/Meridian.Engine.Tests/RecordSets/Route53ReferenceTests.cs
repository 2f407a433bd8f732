using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.RecordSets;

/// <summary>What is answered against the obvious reading of Route 53's rules, over random zones of record sets that lead to one another.</summary>
public sealed class Route53ReferenceTests
{
    private const int Names = 7;
    private const int QueriesEach = 24;

    // More of them on request: `make soak` and scripts/show/route53.sh set the variable.
    private static readonly int Zones =
        int.TryParse(Environment.GetEnvironmentVariable("MERIDIAN_ROUTE53_ZONES"), out int set) ? set : 400;

    private static readonly (string Network, string Country, string Continent, Coordinates Location)[] Countries =
    [
        ("10.1.0.0/16", "FR", "EU", new(48.86, 2.35)), ("10.2.0.0/16", "DE", "EU", new(52.52, 13.4)), ("10.3.0.0/16", "US", "NA", new(40.71, -74.01)),
        ("10.4.0.0/16", "JP", "AS", new(35.68, 139.77)), ("10.5.0.0/16", "BR", "SA", new(-23.55, -46.63)),
    ];

    private static readonly string[] PlaceNames = ["FR", "DE", "US", "JP", "EU", "AS", "SA"];

    private static readonly (string Region, Coordinates Location)[] Regions =
    [
        ("aws:eu-west-1", new(53.35, -6.26)), ("aws:us-east-1", new(38.95, -77.45)), ("aws:ap-northeast-1", new(35.7, 139.5)), ("aws:sa-east-1", new(-23.5, -46.6)),
    ];

    private static readonly CollectionModel Collection = new()
    {
        Name = "c",
        Locations = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create("wide", (ModelList<IPNetwork>)[IPNetwork.Parse("10.0.0.0/13")]),
            KeyValuePair.Create("narrow", (ModelList<IPNetwork>)[IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.3.128.0/17")]),
            KeyValuePair.Create("host", (ModelList<IPNetwork>)[IPNetwork.Parse("10.1.7.0/24")]),
        ]),
    };

    [Fact]
    public void Answer_RandomZones_IsOneThatRoute53CouldGive()
    {
        PlaceDatabase places = PlaceDatabase.Empty.WithOverrides(
            [.. Countries.Select(country => new GeoOverrideModel(IPNetwork.Parse(country.Network), ModelBuilder.Place($"country:{country.Country}"), country.Location))]);
        int answers = 0;
        int noData = 0;
        for (int seed = 0; seed < Zones; seed++)
        {
            RandomZone zone = new(new Random(seed));
            TestClient client = zone.Model.Client(places);
            for (int i = 0; i < Names * QueriesEach; i++)
            {
                DomainName name = zone.Names[i % Names];
                Route53Reference.Client who = zone.RandomClient();
                TestResponse response = client.Ask(name.ToString(), RecordType.A, $"{who.Address}/32", (ushort)(i * 7919));
                HashSet<string> possible = zone.Reference.Answers(name, who);
                string answer = SetModel.AnswerOf(response);
                bool isPossible = zone.IsMultivalue(name, who, possible)
                    ? response.AnswerCount == Math.Min(8, possible.Count) && response.Addresses.All(possible.Contains)
                    : possible.Contains(answer);
                Assert.True(isPossible, $"seed {seed}, {name} for {who.Address}: got {answer}, possible are {string.Join(" | ", possible)}\n{zone}");
                answers++;
                noData += answer == "NODATA" ? 1 : 0;
            }
        }
        Assert.InRange(noData, 1, answers / 2);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{answers:N0} answers over {Zones:N0} random zones of record sets ({noData:N0} of them NODATA): each is one that Route 53's rules allow"));
    }

    /// <summary>Names n0…n6; sets of a name may be aliases of later ones, so that there are chains and no circles.</summary>
    private sealed class RandomZone
    {
        private readonly Random _random;
        private readonly bool _isNested;
        private readonly Dictionary<DomainName, List<RecordSetModel>> _groups = [];
        private readonly Dictionary<DomainName, string> _values = [];
        private readonly Dictionary<string, HealthState> _checks = [];
        private int _addresses;

        public RandomZone(Random random)
        {
            _random = random;
            // In every second zone an alias is written as what it leads to, in the place of the alias: that means the same.
            _isNested = random.Next(2) == 0;
            Names = [.. Enumerable.Range(0, Route53ReferenceTests.Names).Select(i => DomainName.Parse($"n{i}", SetModel.Apex))];
            Model.Change(model => model with { Collections = model.Collections.Add("c", Collection) });
            for (int i = 0; i < 5; i++)
            {
                HealthState state = random.Next(5) switch { < 2 => HealthState.Down, 2 => HealthState.Unknown, _ => HealthState.Up };
                _checks.Add($"hc{i}", state);
                Model.Check($"hc{i}", state);
            }
            for (int i = Names.Length - 1; i >= 0; i--)
            {
                AddName(i);
            }
            Reference = new Route53Reference(_groups, _values, _checks, Collection);
        }

        public SetModel Model { get; } = new();

        public DomainName[] Names { get; }

        public Route53Reference Reference { get; }

        public Route53Reference.Client RandomClient()
        {
            if (_random.Next(8) == 0)
            {
                return new Route53Reference.Client(IPAddress.Parse($"203.0.113.{_random.Next(256)}"), null, null, null);
            }
            (string network, string country, string continent, Coordinates location) = Countries[_random.Next(Countries.Length)];
            string start = network[..network.IndexOf(".0.0/", StringComparison.Ordinal)];
            string third = _random.Next(3) == 0 ? "7" : $"{_random.Next(256)}";
            return new Route53Reference.Client(IPAddress.Parse($"{start}.{third}.{_random.Next(256)}"), country, continent, location);
        }

        /// <summary>Whether the answer gathers several sets: the name itself is multivalue, or all that it can lead to is one such name.</summary>
        public bool IsMultivalue(DomainName name, Route53Reference.Client who, HashSet<string> possible) =>
            _groups.TryGetValue(name, out List<RecordSetModel>? sets) && sets[0].Routing is MultivalueRouting && possible.Count > 0 && who is not null;

        public override string ToString() => string.Join('\n', _groups.Select(
            group => $"{group.Key}: {string.Join("; ", group.Value.Select(set => $"{set.Identifier} {set.Routing} {set.Alias} {set.Health}"))}")
            .Concat(_checks.Select(check => $"{check.Key}: {check.Value}")));

        private void AddName(int index)
        {
            string owner = $"n{index}";
            if (_random.Next(5) == 0)
            {
                string value = NextAddress();
                _values.Add(Names[index], value);
                Model.Records(owner, RecordType.A, 60, value);
                return;
            }
            List<RecordSetModel> sets = [];
            foreach (RoutingModel routing in RandomRouting())
            {
                sets.Add(RandomSet($"s{sets.Count}", routing, index));
            }
            _groups.Add(Names[index], sets);
            foreach (RecordSetModel set in sets)
            {
                Model.Set(owner, _isNested ? Nest(set) : set);
            }
        }

        private RecordSetModel Nest(RecordSetModel set) => set.Alias is { } alias && _groups.TryGetValue(alias.Target, out List<RecordSetModel>? below)
            ? set with { Alias = null, Sets = [.. below.Select(Nest)], EvaluatesHealth = alias.EvaluatesHealth }
            : set;

        private RecordSetModel RandomSet(string identifier, RoutingModel routing, int index)
        {
            // An alias of a multivalue name could answer several records; those names are asked by themselves only.
            DomainName[] targets = [.. Names.Skip(index + 1).Where(name => !_groups.TryGetValue(name, out List<RecordSetModel>? below) || below[0].Routing is not MultivalueRouting)];
            bool isAlias = targets.Length > 0 && routing is not MultivalueRouting && _random.Next(3) == 0;
            return new RecordSetModel
            {
                Identifier = identifier,
                Routing = routing,
                Alias = isAlias ? new AliasModel(targets[_random.Next(targets.Length)], _random.Next(2) == 0) : null,
                Rdata = isAlias ? [] : [new RdataModel(IPAddress.Parse(NextAddress()).GetAddressBytes())],
                Health = _random.Next(2) == 0 ? $"hc{_random.Next(5)}" : null,
            };
        }

        private IEnumerable<RoutingModel> RandomRouting()
        {
            int count = _random.Next(1, 5);
            return _random.Next(7) switch
            {
                0 => Enumerable.Range(0, count).Select(_ => new WeightedRouting(_random.Next(3) * 20)),
                1 => Pick(Regions, count).Select(region => new LatencyRouting(region.Region, region.Location)),
                2 => count == 1 ? [new FailoverRouting(_random.Next(2) == 0)] : [new FailoverRouting(true), new FailoverRouting(false)],
                3 => WithDefault(Pick(PlaceNames, count).Select(RoutingModel (place) => new PlaceRouting(PlaceOf(place))), new PlaceRouting(null)),
                4 => Pick(Regions, count).Select(region => new ProximityRouting(null, region.Location, _random.Next(-80, 81))),
                5 => WithDefault(
                    Pick(["wide", "narrow", "host"], Math.Min(3, count)).Select(RoutingModel (location) => new CollectionRouting("c", location)), new CollectionRouting("c", null)),
                _ => Enumerable.Range(0, _random.Next(1, 12)).Select(_ => new MultivalueRouting()),
            };
        }

        private static PlaceKey PlaceOf(string text) => ModelBuilder.Place(text is "EU" or "AS" or "SA" ? $"continent:{text}" : $"country:{text}");

        private IEnumerable<RoutingModel> WithDefault(IEnumerable<RoutingModel> routing, RoutingModel fallback) =>
            _random.Next(2) == 0 ? routing : routing.Append(fallback);

        private T[] Pick<T>(T[] items, int count)
        {
            T[] shuffled = [.. items];
            _random.Shuffle(shuffled);
            return shuffled[..count];
        }

        private string NextAddress() => $"198.51.{100 + (++_addresses / 250)}.{_addresses % 250}";
    }
}
