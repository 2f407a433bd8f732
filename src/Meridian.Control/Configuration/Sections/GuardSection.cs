using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>guard</c>, of everything and of one zone.</summary>
internal static class GuardSection
{
    private static readonly GuardModel Defaults = new();

    private static readonly SchemaKey<double?> Clients = new(
        "clients",
        new OptionalShare(),
        null,
        "The share of the client space that may get other answers for one steered name, with everything up: a weight that moves by a "
            + "tenth moves a tenth of everybody. `100%` is no limit.")
    {
        DefaultText = "`50%`",
    };

    private static readonly SchemaKey<double?> Queries = new(
        "queries", new OptionalShare(), null, "The share of a zone's observed queries that may get other answers, while enough of them were observed to say; `100%` is no limit.")
    {
        DefaultText = "`100%`",
    };

    private static readonly SchemaKey<double?> Records = new(
        "records",
        new OptionalShare(),
        null,
        "The share of a zone's static records that may go or change at once, when it is more than ten; `100%` is no limit.")
    {
        DefaultText = "`50%`",
    };

    private static readonly SchemaKey<int?> TtlRise = new(
        "ttl-rise",
        new OptionalValue<int>(new IntegerValue(0, 1_000_000)),
        null,
        "How many times its former length a TTL may become, when it becomes more than an hour: what is cached for long cannot "
            + "be taken back. `0` is no limit.")
    {
        DefaultText = "`10`",
    };

    private static readonly SchemaKey<bool?> PoolMinimum = new(
        "pool-minimum",
        new OptionalValue<bool>(new BooleanValue()),
        null,
        "Whether to stop what leaves a pool with fewer members that can answer than its `min-healthy`.")
    {
        DefaultText = "`true`",
    };

    private static readonly SchemaKey<bool?> LostGeography = new(
        "lost-geography",
        new OptionalValue<bool>(new BooleanValue()),
        null,
        "Whether to stop what leaves clients of some place without any answer for a name that had one.")
    {
        DefaultText = "`true`",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "guard",
        Summary = "How far one change may go before somebody has to say why: beyond a limit, `meridian apply` asks for a `--reason`, and "
            + "a reload of files waits for `meridian approve`. The key `guard` of a zone replaces single limits for that zone.",
        Keys = [Clients, Queries, Records, TtlRise, PoolMinimum, LostGeography],
        Example = "guard: {clients: 20%, ttl-rise: 10}",
    };

    /// <summary>Reads the limits.</summary>
    /// <param name="context">The load.</param>
    /// <param name="node">The map.</param>
    /// <param name="path">Where in the model.</param>
    /// <param name="basis">What holds for limits that are not written.</param>
    public static GuardModel Read(ReadContext context, ConfigNode node, string path, GuardModel? basis = null)
    {
        GuardModel otherwise = basis ?? Defaults;
        return MapReader.Open(context, node, path, Schema) is not { } map ? otherwise : new GuardModel
        {
            Clients = map.Read(Clients) ?? otherwise.Clients,
            Queries = map.Read(Queries) ?? otherwise.Queries,
            Records = map.Read(Records) ?? otherwise.Records,
            TtlRise = map.Read(TtlRise) ?? otherwise.TtlRise,
            KeepsPoolMinimum = map.Read(PoolMinimum) ?? otherwise.KeepsPoolMinimum,
            KeepsGeographies = map.Read(LostGeography) ?? otherwise.KeepsGeographies,
        };
    }

    private sealed class OptionalShare : ValueReader<double?>
    {
        private readonly PercentageValue _inner = new(0, 100);

        public override string Description => _inner.Description;

        public override string Example => _inner.Example;

        public override bool TryRead(ReadContext context, ConfigNode node, string path, out double? value)
        {
            bool isRead = _inner.TryRead(context, node, path, out double found);
            value = isRead ? found : null;
            return isRead;
        }
    }
}
