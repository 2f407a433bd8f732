using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Engine.Geo;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Publishing;

/// <summary>Takes a loaded configuration the rest of the way: reads its location database and compiles it.</summary>
/// <param name="places">Location databases.</param>
public sealed class ConfigurationCompiler(PlaceDatabaseCache places)
{
    /// <summary>The loader that the product uses: real cloud regions, the system's clock.</summary>
    public static ConfigurationLoaderOptions LoaderOptions(TimeProvider time) => new()
    {
        Time = time,
        CloudRegions = new CloudRegionSource(
            code => CloudRegions.TryFind(code, out CloudRegion region) ? region.Location : null,
            CloudRegions.Codes),
    };

    /// <summary>Compiles a load. What the compiler finds wrong is told at the place in the files where it was written.</summary>
    /// <param name="loaded">A load with a model.</param>
    /// <param name="revision">What the snapshot will say it is.</param>
    /// <param name="previous">The snapshot before; null for the first.</param>
    /// <returns>A snapshot, or the errors.</returns>
    public (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) Compile(
        LoadResult loaded, RevisionInfo revision, DataPlaneSnapshot? previous)
    {
        if (loaded.Model is not { } model)
        {
            return (null, loaded.Errors);
        }
        if (places.TryGet(model.Geo, out string? problem) is not { } database)
        {
            return (null, [ErrorAt(loaded, "geo/database", problem ?? "the location database cannot be read")]);
        }
        return Compile(loaded, database, revision, previous);
    }

    /// <summary>Compiles a load with a location database that was read already.</summary>
    public static (DataPlaneSnapshot? Snapshot, ImmutableArray<ConfigurationError> Errors) Compile(
        LoadResult loaded, PlaceDatabase database, RevisionInfo revision, DataPlaneSnapshot? previous)
    {
        if (loaded.Model is not { } model)
        {
            return (null, loaded.Errors);
        }
        CompileResult result = SnapshotCompiler.Compile(model, database, revision, previous);
        return (result.Snapshot, [.. result.Problems.Select(found => ErrorAt(loaded, found.Path, found.Message))]);
    }

    /// <summary>Loads and compiles, as <c>check</c> does: the load with everything that is wrong.</summary>
    public LoadResult Check(ConfigurationLoader loader, string path)
    {
        LoadResult loaded = loader.Load(path);
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) = Compile(loaded, revision, null);
        return snapshot is not null ? loaded : loaded with { Model = null, Errors = errors };
    }

    private static ConfigurationError ErrorAt(LoadResult loaded, string path, string message)
    {
        SourcePosition at = loaded.Positions.TryFind(path, out SourcePosition? found) ? found.Value : new SourcePosition(loaded.Root, 1, 1);
        return new ConfigurationError(ConfigurationSeverity.Error, at.File, at.Line, at.Column, path, message.TrimEnd('.'), null);
    }
}
