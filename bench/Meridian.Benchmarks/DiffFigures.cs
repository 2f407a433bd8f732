using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Diffing;
using Meridian.Control.Publishing;
using Meridian.Engine.Geo;
using Meridian.Engine.Snapshot;

namespace Meridian.Benchmarks;

/// <summary>How long it takes to say what changes for clients between two configurations of a thousand policies.</summary>
internal static class DiffFigures
{
    private const int Policies = 1000;
    private const int ChangedEvery = 10;

    /// <summary>Writes the times; returns the exit code.</summary>
    public static int Write(TextWriter output)
    {
        PlaceDatabaseCache places = PlaceDatabaseCache.CreateDefault();
        long start = Stopwatch.GetTimestamp();
        DataPlaneSnapshot before = Compile(places, isChanged: false, null);
        double first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        DataPlaneSnapshot after = Compile(places, isChanged: true, before);
        double second = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        ImmutableArray<NameChange> changes = SteeringDiff.Compare(before, after);
        double compare = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int distinct = changes.SelectMany(name => name.Changes).Count();
        output.WriteLine($"{Policies:N0} policies, each with countries of its own, over {before.Places.Description}:");
        output.WriteLine($"compiled in {first:0.0} s, the changed ones in {second:0.0} s; compared in {compare:0.00} s: {changes.Length} names change, for {distinct} sets of clients");
        return changes.Length == Policies / ChangedEvery ? 0 : 1;
    }

    private static DataPlaneSnapshot Compile(PlaceDatabaseCache places, bool isChanged, DataPlaneSnapshot? previous)
    {
        StringBuilder text = new("""
            pools:
              a: {members: [{address: 192.0.2.1}]}
              b: {members: [{address: 192.0.2.2}]}
              c: {members: [{address: 192.0.2.3}]}
            policies:

            """);
        ImmutableArray<Country> countries = CountryTable.All;
        for (int i = 0; i < Policies; i++)
        {
            string first = countries[i % countries.Length].Code;
            string second = countries[(i * 7 + 31 + (i / countries.Length)) % countries.Length].Code;
            string other = isChanged && i % ChangedEvery == 0 ? "c" : "b";
            text.Append($"  p{i}: {{ttl: 60s, geo: {{EU: a, \"country:{first}\": {other}{(first == second ? "" : $", \"country:{second}\": {other}")}, default: {{failover: [a, b]}}}}}}\n");
        }
        text.Append("zones:\n  example.com:\n    soa: {primary: ns1, contact: hostmaster@example.com}\n    records:\n      \"@\": {NS: [ns1]}\n      ns1: {A: 192.0.2.53}\n");
        for (int i = 0; i < Policies; i++)
        {
            text.Append($"      n{i}: {{A: {{steer: p{i}}}}}\n");
        }

        const string Name = "diff.yaml";
        MemoryConfigurationFiles files = new(
            ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal).Add(Name, Encoding.UTF8.GetBytes(text.ToString())), Name);
        LoadResult loaded = new ConfigurationLoader(files, ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(Name);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) =
            new ConfigurationCompiler(places).Compile(loaded, new RevisionInfo(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch), previous);
        return snapshot ?? throw new InvalidOperationException(string.Join('\n', errors));
    }
}
