using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>observing</c>.</summary>
internal static class ObservingSection
{
    private static readonly ObservingModel Defaults = new();

    private static readonly SchemaKey<ObservedDetail> Who = new(
        "who",
        new ChoiceValue<ObservedDetail>(
        [
            ("resolvers", ObservedDetail.Resolvers),
            ("networks", ObservedDetail.Networks),
            ("nobody", ObservedDetail.Nobody),
        ]),
        Defaults.Who,
        "How closely askers are told apart. `resolvers`: by the address of the resolver; `networks`: resolvers too by /24 and /56 only, and what "
            + "was kept of addresses is forgotten; `nobody`: nothing is kept. Client networks that resolvers name are cut to /24 and /56 in any case, and names "
            + "that are not configured are never kept.");

    private static readonly SchemaKey<TimeSpan> Keep = new(
        "keep",
        new DurationValue(TimeSpan.FromMinutes(10), TimeSpan.FromHours(48)),
        Defaults.Keep,
        "How far back the account of each minute goes. It is in memory alone, and ends with the server.");

    private static readonly SchemaKey<int> Rows = new(
        "rows",
        new IntegerValue(64, 16_384),
        Defaults.Rows,
        "Askers (a resolver, a client network, a name and a type) that are told apart in each minute; the smaller ones beyond them are counted by "
            + "name. Each takes 80 octets for as long as `keep`.");

    private static readonly SchemaKey<int> TtlDrift = new(
        "ttl-drift",
        new IntegerValue(0, 1_000_000),
        Defaults.TtlDrift,
        "How many times its former length the TTL of an answer may become before it is an alarm, in the log and in "
            + "`meridian_propagation_ttl_drift`. `0` is never.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "observing",
        Summary = "What is kept of who asks: `meridian population`, `meridian propagation` and `meridian what-if` go by it, and so do the guard's `queries` "
            + "and staged changes.",
        Keys = [Who, Keep, Rows, TtlDrift],
        Example = "observing: {who: networks, keep: 2h}",
    };

    public static ObservingModel Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is { } map
            ? new ObservingModel { Who = map.Read(Who), Keep = map.Read(Keep), Rows = map.Read(Rows), TtlDrift = map.Read(TtlDrift) }
            : Defaults;
}
