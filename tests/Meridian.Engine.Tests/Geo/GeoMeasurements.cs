using System.Diagnostics;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;

namespace Meridian.Engine.Tests.Geo;

/// <summary>Figures for docs/geo.md, which gives the command. Measured by hand, on a quiet machine; asserts nothing about time.</summary>
public sealed class GeoMeasurements
{
    private const int Addresses = 1 << 16;
    private const int Rounds = 16;

    [Fact(Explicit = true)]
    public void Measure_BuiltInDatabase_Figures()
    {
        byte[] file = File.ReadAllBytes(Environment.GetEnvironmentVariable("MERIDIAN_GEO_FILE") is { Length: > 0 } path
            ? path
            : Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));
        PlaceDatabase database = PlaceDatabase.Read(file);
        double read = Best(3, () => PlaceDatabase.Read(file));
        Report($"{database.Description}, {database.BuildDate:yyyy-MM-dd}, {database.Places.Length} places, read in {read:F0} ms");

        var countries = database.Places.Select(place => place.Country ?? "").Distinct().ToList();
        Measure(database, "EU, US, JP, default", place => place switch
        {
            { Country: "JP" } => 3,
            { Country: "US" } => 2,
            { Continent: "EU" } => 1,
            _ => 0,
        });
        Measure(database, "every country", place => countries.IndexOf(place.Country ?? ""));
    }

    private static void Measure(PlaceDatabase database, string name, Func<Place, int> classOf)
    {
        ushort[] partition = [.. database.Places.Select(place => (ushort)classOf(place))];
        GeoMap map = database.Compile(partition);
        double compile = Best(10, () => database.Compile(partition));
        var random = new Random(1);
        ClientAddress[] ipv4 = new ClientAddress[Addresses];
        ClientAddress[] ipv6 = new ClientAddress[Addresses];
        // Where IPv6 clients are; addresses drawn from all of 2000::/3 would nearly all miss.
        ulong[] blocks = [0x2001, 0x2400, 0x2600, 0x2804, 0x2A00, 0x2A02, 0x2A0C];
        for (int i = 0; i < Addresses; i++)
        {
            ipv4[i] = ClientAddress.FromIPv4((uint)random.NextInt64(1L << 32));
            ipv6[i] = new ClientAddress((blocks[random.Next(blocks.Length)] << 48) | (ulong)random.NextInt64(1L << 48), 0);
        }
        Report($"{name}: compile {compile:F0} ms, {map.PrefixCount:N0} prefixes, {map.MemoryLength / 1048576.0:F1} MiB, "
            + $"lookup IPv4 {LookupNanoseconds(map, ipv4):F1} ns, IPv6 {LookupNanoseconds(map, ipv6):F1} ns");
    }

    private static double LookupNanoseconds(GeoMap map, ClientAddress[] addresses)
    {
        long sum = 0;
        double milliseconds = Best(20, () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                foreach (ClientAddress address in addresses)
                {
                    sum += map.Find(address, out int scope) + scope;
                }
            }
        });
        Assert.NotEqual(0, sum);
        return milliseconds * 1e6 / (Rounds * (double)addresses.Length);
    }

    private static double Best(int times, Action action)
    {
        double best = double.MaxValue;
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
