using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a cheapest node.</summary>
internal static class CheapestSection
{
    private static readonly OptionalValue<double> Number = new(new NumberValue(0, double.PositiveInfinity, 0.7));

    private static readonly SchemaKey Of = new("of", "a list of children, or of maps with `at`, `cost` and `commit` beside the node", "What is compared.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<TimeSpan> Within = new(
        "within",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromSeconds(10)),
        TimeSpan.Zero,
        "How much slower than the best available child one may be.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> Metric = new(
        "metric", new TextValue("the name of a load metric", "usage"), "usage", "The reading that is compared with the commits.");

    private static readonly SchemaKey<double?> Budget = new(
        "budget", Number, null, "Once the readings `spend` of the children add up to more, the bound is lifted. A spend that is not known lifts nothing.")
    {
        DefaultText = "no budget",
    };

    private static readonly SchemaKey<double?> Cost = new("cost", Number, null, "What serving from the child costs.")
    {
        DefaultText = "the pool's, then the site's, then 0",
    };

    private static readonly SchemaKey<double?> Commit = new(
        "commit", Number, null, "While less than this is used the child costs nothing more, and comes first.")
    {
        DefaultText = "the pool's",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "cheapest",
        Summary = "A `cheapest` node. A child without a site (an anycast CDN) is within every bound. `at`, `cost` and `commit` may stand beside a child's node.",
        Keys = [Of, Within, Metric, Budget, SitedChildren.At, Cost, Commit],
        Example = "cheapest: {of: [cdn-a, cdn-b], within: 20ms}",
    };

    private static readonly SectionSchema ItemSchema = SteeringNodeSection.Schema with
    {
        Title = "a child of cheapest",
        Keys = [SitedChildren.At, Cost, Commit, .. SteeringNodeSection.Schema.Keys],
    };

    private static readonly SectionSchema FormSchema = Schema with { Keys = [Of, Within, Metric, Budget] };

    public static CheapestNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not { } node || MapReader.Open(map.Context, node, map.PathOf(key), FormSchema) is not { } form || !form.Has(Of))
        {
            return null;
        }
        if (form.Find(Of) is not ListNode { Items.Length: > 0 } list)
        {
            form.Error(Of, "expected a list of children, such as [cdn-a, cdn-b]");
            return null;
        }
        ImmutableArray<PricedChild>.Builder children = ImmutableArray.CreateBuilder<PricedChild>();
        for (int i = 0; i < list.Items.Length; i++)
        {
            string path = $"{form.PathOf(Of)}/{i}";
            map.Context.Positions.Add(path, list.Items[i].Position);
            MapReader? options = list.Items[i] is MapNode ? MapReader.Open(map.Context, list.Items[i], path, ItemSchema) : null;
            SteeringNode? child = options is null
                ? SteeringNodeSection.ReadChild(map.Context, list.Items[i], path)
                : SteeringNodeSection.ReadNode(options);
            if (child is not null)
            {
                children.Add(Price(map.Context, child, options));
            }
        }
        return children.Count == 0
            ? null
            : new CheapestNode(children.ToImmutable(), form.Read(Within).TotalMilliseconds, form.Read(Metric) ?? "usage") { Budget = form.Read(Budget) };
    }

    private static PricedChild Price(ReadContext context, SteeringNode child, MapReader? options)
    {
        PoolModel? pool = child is PoolNode { Pool: { } name } ? context.Pools.GetValueOrDefault(name) : null;
        string? site = SitedChildren.SiteOf(context, child, options?.Read(SitedChildren.At));
        double? siteCost = site is not null && context.Sites.TryGetValue(site, out SiteModel? stands) ? stands.Cost : null;
        return new PricedChild(
            child,
            site,
            options?.Read(Cost) ?? pool?.Cost ?? siteCost ?? 0,
            options?.Read(Commit) ?? pool?.Commit,
            child is PolicyNode policy ? policy.Policy : pool?.Name);
    }
}
