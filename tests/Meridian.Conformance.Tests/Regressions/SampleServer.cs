using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Conformance.Tests.Regressions;

/// <summary>Data planes through the product's front door, from documents, with every member up.</summary>
internal static class SampleServer
{
    /// <summary>Serves one zone from its master file.</summary>
    public static DataPlane Serve(string apex, string zone)
    {
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files = ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("m.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"zones: {{\"{apex}\": {{file: zone.txt}}}}")),
                KeyValuePair.Create("zone.txt", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(zone)),
            ]);
        return Serve(new MemoryConfigurationFiles(files, "m.yaml"), "m.yaml", PlaceDatabase.Empty);
    }

    /// <summary>Serves a configuration from the disk, with the location database that the build brings.</summary>
    public static DataPlane Serve(string path)
    {
        byte[] places = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));
        return Serve(new DiskConfigurationFiles(), path, PlaceDatabase.Read(places));
    }

    private static DataPlane Serve(IConfigurationFiles files, string path, PlaceDatabase places)
    {
        LoadResult loaded = new ConfigurationLoader(files, ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(path);
        Assert.Empty(loaded.Errors);
        MeridianModel model = Assert.IsType<MeridianModel>(loaded.Model);
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        CompileResult compiled = SnapshotCompiler.Compile(
            model, places.WithOverrides(model.Geo.Overrides), revision, previous: null);
        Assert.Empty(compiled.Problems);
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Assert.IsType<DataPlaneSnapshot>(compiled.Snapshot), new AllUp());
        return dataPlane;
    }

    private sealed class AllUp : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;
    }
}
