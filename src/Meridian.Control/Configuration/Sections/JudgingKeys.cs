using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys of a monitor that say what becomes of its results beyond rise and fall.</summary>
internal static class JudgingKeys
{
    private static readonly DampingModel Defaults = new();

    private static readonly SchemaKey Damping = new(
        "damping", "map", "When a member that changes state too often is held down.")
    {
        DefaultText = "it is not held",
    };

    private static readonly SchemaKey Degraded = new(
        "degraded", "map", "When a member that works is slow, and what share of its weight it keeps.")
    {
        DefaultText = "the time is not looked at",
    };

    private static readonly SchemaKey<TimeSpan> SlowStart = new(
        "slow-start",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(1)),
        TimeSpan.Zero,
        "How long a member that has come back takes to get all of its weight, in steps of a tenth.");

    private static readonly SchemaKey<int> Changes = new(
        "changes", new IntegerValue(2, 100), Defaults.Changes, "Changes of state within the time that are too many.");

    private static readonly SchemaKey<TimeSpan> Within = new(
        "within", new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Defaults.Within, "The time.");

    private static readonly SchemaKey<TimeSpan> Hold = new(
        "hold",
        new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        Defaults.Hold,
        "How long it is held down, from when it would have come up. `status` shows when it is reconsidered.");

    private static readonly SchemaKey<TimeSpan> Above = new(
        "above",
        new DurationValue(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
        TimeSpan.Zero,
        "A probe that takes longer is slow; `fall` of them in a row make the member degraded, `rise` fast ones end it.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<double> Weight = new(
        "weight", new PercentageValue(1, 99), 0.25, "The share of its weight. Matters where members are drawn by weight (`answer.pick`).");

    public static readonly SchemaKey[] All = [Damping, Degraded, SlowStart];

    public static readonly SectionSchema DampingSchema = new()
    {
        Title = "monitors.<name>.damping",
        Summary = "Flap damping. A member that goes up and down is worse than one that is down: every change reaches all caches.",
        Keys = [Changes, Within, Hold],
    };

    public static readonly SectionSchema DegradedSchema = new()
    {
        Title = "monitors.<name>.degraded",
        Summary = "The verdict between up and down.",
        Keys = [Above, Weight],
        Example =
            """
            monitors:
              web: {type: http, slow-start: 2m, degraded: {above: 800ms, weight: 30%}, damping: {changes: 6, within: 10m, hold: 10m}}
            """,
    };

    public static MonitorModel Read(MapReader map, MonitorModel monitor) => monitor with
    {
        SlowStart = map.Read(SlowStart),
        Damping = ReadDamping(map),
        Degraded = ReadDegraded(map),
    };

    private static DampingModel? ReadDamping(MapReader map) =>
        map.Find(Damping) is { } node && MapReader.Open(map.Context, node, map.PathOf(Damping), DampingSchema) is { } damping
            ? new DampingModel { Changes = damping.Read(Changes), Within = damping.Read(Within), Hold = damping.Read(Hold) }
            : null;

    private static DegradedModel? ReadDegraded(MapReader map) =>
        map.Find(Degraded) is { } node && MapReader.Open(map.Context, node, map.PathOf(Degraded), DegradedSchema) is { } degraded
            ? new DegradedModel { Above = degraded.Read(Above), WeightPercent = (int)Math.Round(degraded.Read(Weight) * 100) }
            : null;
}
