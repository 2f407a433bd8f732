using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// Reads one entry of <c>policies</c>: the policy's own keys and, beside them, those of its root node.
/// </summary>
internal static class PolicySection
{
    private const string FallbackPrefix = "pool:";

    private static readonly SchemaKey<uint?> Ttl = new(
        "ttl", new OptionalValue<uint>(new TtlValue()), null, "TTL of the steered answers.")
    {
        DefaultText = "the zone's",
    };

    private static readonly SchemaKey<uint> MinTtl = new(
        "min-ttl", new TtlValue(), 5, "A TTL that shrinks because health may change soon never goes below this.");

    private static readonly SchemaKey<double> TtlJitter = new(
        "ttl-jitter",
        new PercentageValue(0, 50),
        0,
        "Each answer's TTL is lowered by up to this share, so that caches do not expire in step.");

    private static readonly ChoiceValue<WhenAllDown> Outcomes = new(
    [
        ("serve-all", WhenAllDown.ServeAll), ("last-good", WhenAllDown.LastGood), ("nodata", WhenAllDown.NoData), (
            "servfail", WhenAllDown.ServFail),
    ]);

    private static readonly ReferenceValue PoolReference = new(NameKind.Pool);

    private static readonly SchemaKey WhenAllDownKey = new(
        "when-all-down",
        $"{Outcomes.Description}, or a map `{{pool: name}}`",
        "What is answered when nothing is available. `serve-all` fails open: as though every member in state auto were "
            + "up.")
    {
        DefaultText = "`serve-all`",
    };

    private static readonly SchemaKey<string?> FallbackPool = new(
        "pool", PoolReference, null, "A pool that is answered without regard to its health.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<bool> FamilyFallthrough = new(
        "family-fallthrough",
        new BooleanValue(),
        false,
        "Pass over a pool without an address of the asked family, instead of answering NODATA.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "policies.<name>",
        Summary = "A tree of steering nodes. Beside these keys stands exactly one node (see Steering nodes), the root "
            + "of the tree; its leaves are pools or other policies.",
        Keys = [Ttl, MinTtl, TtlJitter, WhenAllDownKey, FamilyFallthrough, .. SteeringNodeSection.Schema.Keys],
        NotYetSupported = SteeringNodeSection.Schema.NotYetSupported,
        Example =
            """
            policies:
              www:
                ttl: 60s
                when-all-down: {pool: sorry}
                geo:
                  EU: {failover: [web-eu, web-us]}
                  default: web-us
            """,
    };

    /// <summary>Without the keys of nodes, which the documentation lists once for all places.</summary>
    public static SectionSchema DocumentedSchema { get; } = Schema with
    {
        Keys = [.. Schema.Keys.Where(key => !SteeringNodeSection.Schema.Keys.Contains(key))],
        NotYetSupported = [],
    };

    private static readonly SectionSchema FallbackSchema = new()
    {
        Title = "policies.<name>.when-all-down",
        Summary = "The pool that is answered when nothing is available.",
        Keys = [FallbackPool],
    };

    public static PolicyModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        (WhenAllDown outcome, string? fallback) = ReadWhenAllDown(map);
        uint? ttl = map.Read(Ttl);
        uint minTtl = map.Read(MinTtl);
        if (ttl < minTtl && map.Has(MinTtl))
        {
            map.Error(MinTtl, "min-ttl must not be longer than the policy's ttl");
        }
        SteeringNode? root = SteeringNodeSection.ReadRoot(map, out bool isStrict);
        if (root is null)
        {
            return null;
        }
        return new PolicyModel
        {
            Name = name,
            TtlSeconds = ttl,
            MinTtlSeconds = ttl < minTtl ? ttl.Value : minTtl,
            TtlJitter = map.Read(TtlJitter),
            WhenAllDown = outcome,
            FallbackPool = fallback,
            Strict = isStrict,
            FamilyFallthrough = map.Read(FamilyFallthrough),
            Root = root,
        };
    }

    private static (WhenAllDown Outcome, string? Fallback) ReadWhenAllDown(MapReader map)
    {
        ConfigNode? node = map.Find(WhenAllDownKey);
        string path = map.PathOf(WhenAllDownKey);
        switch (node)
        {
            case null:
                return (WhenAllDown.ServeAll, null);
            case MapNode:
                string? pool = MapReader.Open(map.Context, node, path, FallbackSchema)?.Read(FallbackPool);
                return pool is null ? (WhenAllDown.ServeAll, null) : (WhenAllDown.Pool, pool);
            case ScalarNode { Text: string text } when text.StartsWith(FallbackPrefix, StringComparison.Ordinal):
                ScalarNode name = new(node.Position, text[FallbackPrefix.Length..].Trim(), isPlain: true);
                return PoolReference.TryRead(map.Context, name, path, out string? named) ? (WhenAllDown.Pool, named) : (
                    WhenAllDown.ServeAll, null);
            default:
                return Outcomes.TryRead(map.Context, node, path, out WhenAllDown outcome) ? (outcome, null) : (
                    WhenAllDown.ServeAll, null);
        }
    }
}
