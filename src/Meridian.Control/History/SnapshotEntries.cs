using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.History;

/// <summary>Says of snapshots where they can be found again, and sees to it that they can.</summary>
/// <param name="archive">Where configurations and location databases are kept.</param>
/// <param name="builtInPlaces">The location database that comes with the product.</param>
/// <param name="logger">What could not be kept.</param>
internal sealed class SnapshotEntries(HistoryArchive archive, string builtInPlaces, ILogger logger)
{
    // The store knows documents by revision; the files that they name are under what these say. By model: whoever loads them
    // knows nothing of the snapshot that is made of them.
    private readonly ConditionalWeakTable<MeridianModel, string> _filesOf = [];
    private PlaceDatabase? _keptPlaces;

    /// <summary>Keeps the files that documents of the store name.</summary>
    public void KeepFiles(LoadResult loaded)
    {
        if (loaded.Model is { } model)
        {
            _filesOf.AddOrUpdate(model, archive.KeepFiles(loaded.Documents));
        }
    }

    public StageEntry? Of(StagedImage? staged, DataPlaneSnapshot current) => staged is null ? null : new StageEntry(
        Of(staged.Snapshot, staged.Image, SerialRuns.Of(staged.Snapshot.SoaSerials, staged.Snapshot.Revision.SoaSerial)),
        staged.Snapshot.Revision != current.Revision,
        staged.Stage.Share, [.. staged.Stage.Taken]);

    public SnapshotEntry Of(DataPlaneSnapshot snapshot, DataPlaneImage image, ImmutableArray<SerialRun> serials)
    {
        bool isInStore = _filesOf.TryGetValue(snapshot.Model, out string? files);
        KeepPlaces(snapshot);
        return new SnapshotEntry
        {
            Revision = snapshot.Revision,
            IsInStore = isInStore,
            Archived = isInStore ? files ?? "" : snapshot.Revision.Digest,
            PlacesDigest = snapshot.Places.Digest,
            PlacesName = snapshot.Places.Description,
            Serials = serials,
            Image = image,
        };
    }

    private void KeepPlaces(DataPlaneSnapshot snapshot)
    {
        if (ReferenceEquals(_keptPlaces, snapshot.Places))
        {
            return;
        }
        string digest = snapshot.Places.Digest;
        string path = snapshot.Model.Geo.Database == GeoModel.BuiltInDatabase ? builtInPlaces : snapshot.Model.Geo.Database;
        if (digest.Length > 0 && !archive.KeepPlaces(digest, path))
        {
            logger.PlacesNotKept(path);
        }
        _keptPlaces = snapshot.Places;
    }
}
