using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>history</c>.</summary>
internal static class HistorySection
{
    private const long OctetsPerMebibyte = 1024 * 1024;
    private const int DefaultMebibytes = (int)(HistoryModel.DefaultMaxLength / OctetsPerMebibyte);

    private static readonly SchemaKey<TimeSpan> Keep = new(
        "keep",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(400)),
        new HistoryModel().Keep,
        "How far back answers can be explained. `0s` keeps no log.");

    private static readonly SchemaKey<int> MaxSize = new(
        "max-mebibytes",
        new IntegerValue(16, 1_048_576),
        DefaultMebibytes,
        "Space for it on the disk, in MiB; the oldest part goes first. A location database takes about half of its size, once "
            + "for each version of it.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "history",
        Summary = "What answers followed from (configurations, location databases, verdicts, loads) is logged in the state "
            + "directory, for `meridian explain --at` and `--id`. Without `state` there is no log.",
        Keys = [Keep, MaxSize],
        Example = "history: {keep: 30d, max-mebibytes: 2048}",
    };

    public static HistoryModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is { } map
            ? new HistoryModel { Keep = map.Read(Keep), MaxLength = map.Read(MaxSize) * OctetsPerMebibyte }
            : new HistoryModel();
}
