using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Geo;
using Meridian.Simulation.Population;

namespace Meridian.Control.Simulating;

/// <summary>Reads a population file.</summary>
internal static class PopulationSection
{
    private static readonly PopulationModel Defaults = new();

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private static readonly SchemaKey<int> Clients = new(
        "clients", new IntegerValue(1, 1_000_000_000), (int)Defaults.Clients, "Clients in all.");

    private static readonly SchemaKey<int> Resolvers = new(
        "resolvers", new IntegerValue(1, 1_000_000), Defaults.Resolvers, "Resolver addresses that ask.");

    private static readonly SchemaKey<double> Skew = new(
        "skew", new NumberValue(0, 2, 1), Defaults.Skew, "Exponent of the Zipf law that clients spread over resolvers by; 0 is all alike.");

    private static readonly SchemaKey<int> ClientsPerCache = new(
        "clients-per-cache", new IntegerValue(1, 1_000_000_000), (int)Defaults.ClientsPerCache,
        "A resolver with more clients is a farm of caches that do not share.");

    private static readonly SchemaKey<double> Lookups = new(
        "lookups-per-client-and-day", new NumberValue(0.001, 100_000, 20), Defaults.LookupsPerClientAndDay,
        "Lookups of the name by one client on one day.");

    private static readonly SchemaKey<double> Swing = new(
        "daily-swing", new PercentageValue(0, 100), Defaults.DailySwing, "How far the rate swings around its mean over a local day.");

    private static readonly SchemaKey<double> SubnetShare = new(
        "subnet-share", new PercentageValue(0, 100), Defaults.SubnetShare, "Part of the clients whose resolvers send their subnet (RFC 7871).");

    private static readonly SchemaKey<int> NetworksPerCache = new(
        "networks-per-cache", new IntegerValue(1, 4096), Defaults.NetworksPerCache,
        "Networks (/24) that the clients of one cache that sends subnets are in, at most.");

    private static readonly SchemaKey<bool> TryNext = new(
        "clients-try-next-address", new BooleanValue(), Defaults.ClientsTryNextAddress,
        "Whether clients with several addresses try the next one when one does not answer.");

    private static readonly SchemaKey<TimeSpan> FailureLifetime = new(
        "failure-lifetime", new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300)),
        TimeSpan.FromSeconds(Defaults.FailureLifetime), "How long SERVFAIL is kept (RFC 9520).");

    private static readonly SchemaKey ResolverClasses = new(
        "resolver-classes", "a map of names", "How resolvers treat TTLs, with their shares.")
    { DefaultText = "seven classes, docs/simulator.md" };

    private static readonly SchemaKey ClientClasses = new(
        "client-classes", "a map of names", "How clients hold on to an address, with their shares.")
    { DefaultText = "four classes, docs/simulator.md" };

    private static readonly SchemaKey Countries = new(
        "countries", "a map of country codes and numbers", "Relative numbers of resolvers by country.")
    { DefaultText = "by allocated addresses" };

    private static readonly SchemaKey<double> Share = new(
        "share", new NumberValue(0.000_001, 1_000_000, 5), 1, "Relative to the other classes.")
    { IsRequired = true };

    private static readonly SchemaKey<TimeSpan> AtLeast = new(
        "at-least", new DurationValue(TimeSpan.Zero, Week), default, "Keeps an answer for its TTL, but at least so long.");

    private static readonly SchemaKey<TimeSpan> AtMost = new(
        "at-most", new DurationValue(TimeSpan.Zero, Week), default, "Keeps an answer for its TTL, but at most so long.");

    private static readonly SchemaKey<TimeSpan> Ignore = new(
        "ignore", new DurationValue(TimeSpan.Zero, Week), default, "Keeps an answer so long, whatever its TTL.");

    private static readonly SchemaKey<TimeSpan> ServeStale = new(
        "serve-stale", new DurationValue(TimeSpan.Zero, Week), default,
        "Gives the first client after expiry the old answer, up to this age beyond it (RFC 8767).");

    private static readonly SchemaKey<bool> Prefetch = new(
        "prefetch", new BooleanValue(), false, "Asks again when a client comes in the last tenth of the TTL.");

    private static readonly SchemaKey<TimeSpan> HeldFor = new(
        "for", new DurationValue(TimeSpan.Zero, Month), default, "Keeps an address so long.");

    private static readonly SchemaKey<TimeSpan> Connection = new(
        "connection", new DurationValue(TimeSpan.Zero, Month), default, "Keeps an address while a connection lives, so long in the mean.");

    private static readonly SchemaKey<TimeSpan> Process = new(
        "process", new DurationValue(TimeSpan.Zero, Month), default, "Keeps an address while a process lives, so long in the mean.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "population",
        Summary = "Who asks, and what they do with an answer.",
        Keys =
        [
            Clients, Resolvers, Skew, ClientsPerCache, Lookups, Swing, SubnetShare, NetworksPerCache, TryNext, FailureLifetime,
            ResolverClasses, ClientClasses, Countries,
        ],
        Example = "clients: 10000000",
    };

    public static readonly SectionSchema ResolverClassSchema = new()
    {
        Title = "resolver-classes.<name>",
        Summary = "Resolvers that treat TTLs alike: as they are told, unless one of the other keys says otherwise.",
        Keys = [Share, AtLeast, AtMost, Ignore, ServeStale, Prefetch],
        Example = "floor-60s: {share: 5, at-least: 60s}",
    };

    public static readonly SectionSchema ClientClassSchema = new()
    {
        Title = "client-classes.<name>",
        Summary = "Clients that hold addresses alike: not at all, unless one of the other keys says otherwise.",
        Keys = [Share, HeldFor, Connection, Process],
        Example = "browser: {share: 55, for: 60s}",
    };

    public static PopulationModel Read(ReadContext context, ConfigNode node)
    {
        if (MapReader.Open(context, node, "", Schema) is not { } map)
        {
            return Defaults;
        }
        PopulationModel read = new()
        {
            Clients = map.Read(Clients),
            Resolvers = map.Read(Resolvers),
            Skew = map.Read(Skew),
            ClientsPerCache = map.Read(ClientsPerCache),
            LookupsPerClientAndDay = map.Read(Lookups),
            DailySwing = map.Read(Swing),
            SubnetShare = map.Read(SubnetShare),
            NetworksPerCache = map.Read(NetworksPerCache),
            ClientsTryNextAddress = map.Read(TryNext),
            FailureLifetime = map.Read(FailureLifetime).TotalSeconds,
            Countries = ReadCountries(map),
        };
        if (read.Clients < read.Resolvers)
        {
            map.Error(Resolvers, $"there are fewer clients ({read.Clients}) than resolvers ({read.Resolvers})");
        }
        ImmutableArray<ResolverClass> resolvers = ReadClasses(map, ResolverClasses, ReadResolverClass);
        ImmutableArray<ClientClass> clients = ReadClasses(map, ClientClasses, ReadClientClass);
        return read with
        {
            ResolverClasses = resolvers.IsEmpty ? Defaults.ResolverClasses : resolvers,
            ClientClasses = clients.IsEmpty ? Defaults.ClientClasses : clients,
        };
    }

    private static ImmutableArray<T> ReadClasses<T>(MapReader map, SchemaKey key, Func<ReadContext, MapEntry, string, T?> read)
        where T : class =>
        [
            .. NamedEntries.Entries(map, key)
                .Select(entry => read(map.Context, entry, $"{map.PathOf(key)}/{entry.Key}"))
                .OfType<T>(),
        ];

    private static ResolverClass? ReadResolverClass(ReadContext context, MapEntry entry, string path)
    {
        if (MapReader.Open(context, entry.Value, path, ResolverClassSchema) is not { } map)
        {
            return null;
        }
        (SchemaKey<TimeSpan> Key, CacheRule Rule)[] rules =
            [(AtLeast, CacheRule.AtLeast), (AtMost, CacheRule.AtMost), (Ignore, CacheRule.Ignore), (ServeStale, CacheRule.ServeStale)];
        (SchemaKey<TimeSpan> Key, CacheRule Rule)[] written = [.. rules.Where(rule => map.Has(rule.Key))];
        bool prefetches = map.Read(Prefetch);
        if (written.Length + (prefetches ? 1 : 0) > 1)
        {
            map.Error(written[^1].Key, "a class has one rule: of at-least, at-most, ignore, serve-stale and prefetch only one can stand here");
        }
        double share = map.Read(Share);
        return written.Length > 0
            ? new ResolverClass(entry.Key, share, written[0].Rule, map.Read(written[0].Key).TotalSeconds)
            : new ResolverClass(entry.Key, share, prefetches ? CacheRule.Prefetch : CacheRule.Honour);
    }

    private static ClientClass? ReadClientClass(ReadContext context, MapEntry entry, string path)
    {
        if (MapReader.Open(context, entry.Value, path, ClientClassSchema) is not { } map)
        {
            return null;
        }
        (SchemaKey<TimeSpan> Key, HoldRule Rule)[] rules =
            [(HeldFor, HoldRule.Fixed), (Connection, HoldRule.Connection), (Process, HoldRule.Process)];
        (SchemaKey<TimeSpan> Key, HoldRule Rule)[] written = [.. rules.Where(rule => map.Has(rule.Key))];
        if (written.Length > 1)
        {
            map.Error(written[^1].Key, "a class has one rule: of for, connection and process only one can stand here");
        }
        return written.Length == 0
            ? new ClientClass(entry.Key, map.Read(Share), HoldRule.None)
            : new ClientClass(entry.Key, map.Read(Share), written[0].Rule, map.Read(written[0].Key).TotalSeconds);
    }

    private static ImmutableSortedDictionary<string, double> ReadCountries(MapReader map)
    {
        ImmutableSortedDictionary<string, double>.Builder countries = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        NumberValue weight = new(0, 1_000_000_000, 20);
        foreach (MapEntry entry in NamedEntries.Entries(map, Countries))
        {
            string path = $"{map.PathOf(Countries)}/{entry.Key}";
            if (!CountryTable.TryFind(entry.Key, out _))
            {
                string? nearest = map.Context.Nearest(entry.Key, CountryTable.All.Select(country => country.Code));
                map.Context.Diagnostics.Error(entry.KeyPosition, path, $"'{entry.Key}' is not a country (ISO 3166-1 alpha-2)", nearest);
            }
            else if (weight.TryRead(map.Context, entry.Value, path, out double value))
            {
                countries[entry.Key] = value;
            }
        }
        return countries.ToImmutable();
    }
}
