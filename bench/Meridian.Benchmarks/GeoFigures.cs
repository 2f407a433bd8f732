using System.Collections.Immutable;
using System.Diagnostics;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;

namespace Meridian.Benchmarks;

/// <summary>What compiling the built-in location database costs, and what aggregating it saves the caches of resolvers.</summary>
internal static class GeoFigures
{
    private const int Rounds = 7;
    private const int Slash24s = 1 << 24;

    /// <summary>Writes a table for partitions as policies have them; returns the exit code.</summary>
    public static int Write(TextWriter output)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));
        PlaceDatabase database = PlaceDatabase.Read(file);
        double read = Best(() => PlaceDatabase.Read(file));
        Raw raw = Raw.Of(database);
        output.WriteLine($"{database.Description}, built {database.BuildDate:yyyy-MM-dd}: {file.Length / 1048576.0:0.0} MiB, read in {read:0} ms");
        output.WriteLine($"{raw.Allocated:N0} of {Slash24s:N0} IPv4 /24s are in some country; the file tells them apart with {raw.Prefixes:N0} prefixes,");
        output.WriteLine($"of mean length {raw.MeanLength:0.0} and median /{raw.MedianLength} (by /24)");
        output.WriteLine();
        output.WriteLine($"{"partition",-34} {"compile",9} {"memory",9} {"prefixes",12} {"after",10} {"mean scope",11} {"median",7} {"entries",10} {"fewer",7}");
        foreach ((string name, Func<Place, int> classOf) in Partitions(database))
        {
            Measure(database, raw, name, classOf, output);
        }
        output.WriteLine();
        output.WriteLine("prefixes: IPv4 and IPv6, in the file and after aggregation. entries: what a resolver's cache needs for all allocated");
        output.WriteLine("IPv4, one for each scope; fewer: against one for each prefix of the file.");
        return 0;
    }

    private static IEnumerable<(string Name, Func<Place, int> ClassOf)> Partitions(PlaceDatabase database)
    {
        List<string> countries = [.. database.Places.Select(place => place.Country ?? "").Distinct()];
        List<string> continents = [.. database.Places.Select(place => place.Continent ?? "").Distinct()];
        yield return ("EU, default", place => place.Continent == "EU" ? 1 : 0);
        yield return ("EU, US, JP, default", place => place switch { { Country: "JP" } => 3, { Country: "US" } => 2, { Continent: "EU" } => 1, _ => 0 });
        yield return ("every continent", place => continents.IndexOf(place.Continent ?? ""));
        yield return ("every country", place => countries.IndexOf(place.Country ?? ""));
    }

    private static void Measure(PlaceDatabase database, Raw raw, string name, Func<Place, int> classOf, TextWriter output)
    {
        ushort[] classes = [.. database.Places.Select(place => (ushort)classOf(place))];
        GeoMap map = database.Compile(classes);
        double compile = Best(() => database.Compile(classes));
        long sum = 0;
        int[] byLength = new int[33];
        long entries = 0;
        uint lastEntry = uint.MaxValue;
        int lastScope = -1;
        foreach (uint network in raw.Networks)
        {
            map.Find(ClientAddress.FromIPv4(network), out int scope);
            sum += scope;
            byLength[scope]++;
            uint entry = scope == 0 ? 0 : network & (uint.MaxValue << (32 - scope));
            // Within a /24 there may be several scopes longer than it; each allocated one is an entry of its own.
            entries += scope <= 24 ? (entry != lastEntry || scope != lastScope ? 1 : 0) : EntriesWithin(map, network);
            (lastEntry, lastScope) = (entry, scope);
        }
        output.WriteLine(
            $"{name,-34} {compile,6:0} ms {map.MemoryLength / 1048576.0,5:0.0} MiB {raw.AllPrefixes,12:N0} {map.PrefixCount,10:N0} {sum / (double)raw.Allocated,11:0.0} {"/" + Median(byLength, raw.Allocated),7} {entries,10:N0} {raw.Prefixes / (double)entries,6:0.0}x");
    }

    private static long EntriesWithin(GeoMap map, uint network)
    {
        long entries = 0;
        for (uint address = network; address < network + 256;)
        {
            map.Find(ClientAddress.FromIPv4(address), out int scope);
            entries++;
            address += 1u << (32 - Math.Max(scope, 24));
        }
        return entries;
    }

    private static int Median(int[] byLength, long count)
    {
        long seen = 0;
        for (int length = 0; length < byLength.Length; length++)
        {
            seen += byLength[length];
            if (seen * 2 >= count)
            {
                return length;
            }
        }
        return 32;
    }

    private static double Best(Action action)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }

    /// <summary>The file as it is, without aggregation.</summary>
    /// <param name="Networks">Every /24 whose first address is in some country.</param>
    /// <param name="Prefixes">The file's IPv4 prefixes in some country.</param>
    /// <param name="AllPrefixes">All of the file's prefixes, IPv4 and IPv6.</param>
    /// <param name="MeanLength">Of the prefix that tells where a /24 is.</param>
    /// <param name="MedianLength">The same.</param>
    private sealed record Raw(ImmutableArray<uint> Networks, long Prefixes, int AllPrefixes, double MeanLength, int MedianLength)
    {
        public long Allocated => Networks.Length;

        public static Raw Of(PlaceDatabase database)
        {
            ImmutableArray<uint>.Builder networks = ImmutableArray.CreateBuilder<uint>();
            int[] byLength = new int[33];
            long sum = 0;
            for (uint i = 0; i < Slash24s; i++)
            {
                uint network = i << 8;
                int place = database.Find(ClientAddress.FromIPv4(network), out int length);
                if (database.Places[place].Country is not null)
                {
                    networks.Add(network);
                    sum += length;
                    byLength[length]++;
                }
            }
            return new Raw(networks.ToImmutable(), CountIPv4(database), database.PrefixCount, sum / (double)networks.Count, Median(byLength, networks.Count));
        }

        private static long CountIPv4(PlaceDatabase database)
        {
            long prefixes = 0;
            for (ulong address = 0; address < 1UL << 32;)
            {
                int place = database.Find(ClientAddress.FromIPv4((uint)address), out int length);
                prefixes += database.Places[place].Country is null ? 0 : 1;
                address += 1UL << (32 - length);
            }
            return prefixes;
        }
    }
}
