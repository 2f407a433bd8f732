using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>store</c>.</summary>
internal static class StoreSection
{
    private static readonly StoreModel Defaults = new();

    private static readonly SchemaKey<int> KeepRevisions = new(
        "keep-revisions",
        new IntegerValue(StoreModel.MinKeptRevisions, 10_000_000),
        Defaults.KeepRevisions,
        "The newest this many revisions are kept, however old they are.");

    private static readonly SchemaKey<TimeSpan> KeepAge = new(
        "keep-age",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(36_500)),
        Defaults.KeepAge,
        "Revisions younger than this are kept, however many they are.");

    private static readonly SchemaKey<int> SnapshotEvery = new(
        "snapshot-every",
        new IntegerValue(0, 10_000_000),
        Defaults.SnapshotEvery,
        "A verified copy to repair from is taken after so many revisions; `0` takes none. The newest two are kept, each as large as the store.");

    private static readonly SchemaKey<TimeSpan> SnapshotInterval = new(
        "snapshot-interval",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(365)),
        Defaults.SnapshotInterval,
        "Copies are taken no more often than this: each reads and writes the whole store.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "store",
        Summary = "How much of its past a store keeps (`meridian serve --store`). A revision goes when it is beyond both `keep-revisions` "
            + "and `keep-age`; the current state never goes.",
        Keys = [KeepRevisions, KeepAge, SnapshotEvery, SnapshotInterval],
        Example = "store: {keep-revisions: 10000, keep-age: 400d, snapshot-every: 1000, snapshot-interval: 1h}",
    };

    public static StoreModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is { } map
            ? new StoreModel
            {
                KeepRevisions = map.Read(KeepRevisions),
                KeepAge = map.Read(KeepAge),
                SnapshotEvery = map.Read(SnapshotEvery),
                SnapshotInterval = map.Read(SnapshotInterval),
            }
            : new StoreModel();
}
