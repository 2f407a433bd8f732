using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Geo;
using Meridian.Engine.Snapshot;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Configuration documents: mistakes have a place and words; what has none compiles, or the compiler says why not.</summary>
internal sealed class ConfigurationTarget : IFuzzTarget
{
    private const string File = "m.yaml";

    private static readonly ConfigurationLoaderOptions Options = ConfigurationCompiler.LoaderOptions(TimeProvider.System);

    public string Name => "configuration";

    public int InputsPerRound => 60;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fuzz", "Samples", "rich.yaml")).Split("\npolicies:")
            .Select((part, index) => Encoding.UTF8.GetBytes(index == 0 ? part : "policies:" + part)),
        "zones: {example.com: {soa: {primary: ns1, contact: h}, records: {\"@\": {NS: [ns1]}, ns1: {A: 192.0.2.53}}}}"u8.ToArray(),
        "zones:\n  example.com:\n    ttl: 60s\n    records:\n      '*': {TXT: [a, b], ttl: 1h}\n"u8.ToArray(),
    ];

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        .. new[]
        {
            ": ", "- ", "{", "}", "[", "]", "\n", "\n  ", "&a ", "*a", "<<: ", "|", ">", "!!int ", "\"", "'", "#", "null", "~", "1e9", "-1", "zones: ", "pools: ", "steer: ",
            "weighted: ", "geo: ", "failover: ", "members: ", "99999999999999999999", "\u0000", "\uFEFF", "---\n", "...\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        MemoryConfigurationFiles files = new(
            ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add(File, input.ToArray()), File);
        LoadResult result = new ConfigurationLoader(files, Options).Load(File);
        FuzzFailureException.ThrowUnless((result.Model is null) == (result.Errors.Length > 0), "neither a model nor a mistake, or both");
        foreach (ConfigurationError error in result.Errors.Concat(result.Warnings))
        {
            FuzzFailureException.ThrowUnless(error is { Line: >= 1, Column: >= 1, Message.Length: > 0 }, "a mistake without its place");
        }
        if (result.Model is { } model)
        {
            CompileResult compiled = SnapshotCompiler.Compile(
                model, PlaceDatabase.Empty, new RevisionInfo(1, 1, result.Digest, DateTimeOffset.UnixEpoch), previous: null);
            FuzzFailureException.ThrowUnless((compiled.Snapshot is null) == (compiled.Problems.Length > 0), "neither a snapshot nor a problem, or both");
            return HashCode.Combine(model.Zones.Count, model.Pools.Count, model.Policies.Count, compiled.Problems.Length);
        }
        HashCode hash = default;
        foreach (ConfigurationError error in result.Errors.Take(3))
        {
            hash.Add(error.Message.Split('\'')[0].Length);
        }
        return hash.ToHashCode();
    }
}
