using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>breaker</c>.</summary>
internal static class BreakerSection
{
    private static readonly BreakerModel Defaults = new();

    private static readonly SchemaKey<double> MaxMembers = new(
        "max-members",
        new PercentageValue(1, 100),
        Defaults.MaxMembersPercent / 100.0,
        "The share of all checked members that may go down within the time; `100%` is no limit.");

    private static readonly SchemaKey<double?> MaxTraffic = new(
        "max-traffic",
        new OptionalValue<double>(new PercentageValue(1, 100)),
        null,
        "The share of the observed traffic that may be moved within the time. While enough was observed to say (200 queries for steered names within "
            + "10 min), it takes the place of `max-members`; else members are counted, and the reason says so. For where every site has clients: with a "
            + "plain failover the first site has them all, and its loss would be stopped.")
    {
        DefaultText = "members are counted",
    };

    private static readonly SchemaKey<int?> MaxSitesOut = new(
        "max-sites-out",
        new OptionalValue<int>(new IntegerValue(0, 1000)),
        null,
        "Sites that may be without any member that is up; `1000` is no limit.")
    {
        DefaultText = "half of the sites with checked members, at least one",
    };

    private static readonly SchemaKey<TimeSpan> Within = new(
        "within", new DurationValue(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)), Defaults.Within, "The time.");

    private static readonly SchemaKey<int> MinMembers = new(
        "min-members",
        new IntegerValue(1, 100_000),
        Defaults.MinMembers,
        "With fewer checked members than this, `max-members` is no limit, nor is the default of `max-sites-out`.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "breaker",
        Summary = "The circuit breaker: how much the health checks may take out by themselves. Beyond it no more members are taken "
            + "out, whatever the checks say, until somebody has looked and runs `meridian thaw`. Members that come back are not held up.",
        Keys = [MaxMembers, MaxTraffic, MaxSitesOut, Within, MinMembers],
        Example = "breaker: {max-members: 50%, max-sites-out: 1, within: 5m}",
    };

    public static BreakerModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is not { } map ? Defaults : new BreakerModel
        {
            MaxMembersPercent = (int)Math.Round(map.Read(MaxMembers) * 100),
            MaxTrafficPercent = map.Read(MaxTraffic) is { } traffic ? (int)Math.Round(traffic * 100) : null,
            MaxSitesOut = map.Read(MaxSitesOut),
            Within = map.Read(Within),
            MinMembers = map.Read(MinMembers),
        };
}
