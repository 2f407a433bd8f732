using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a shed node.</summary>
internal static class ShedSection
{
    private static readonly NumberValue Level = new(0, double.PositiveInfinity, 70);

    private static readonly SchemaKey Of = new("of", "a child", "What is relieved.") { IsRequired = true };

    private static readonly SchemaKey To = new("to", "a child", "What takes the share.") { IsRequired = true };

    private static readonly SchemaKey<string?> Metric = new(
        "metric", new TextValue("the name of a load metric", "load"), "load", "Which reading.");

    private static readonly SchemaKey<string?> LoadOf = new(
        "load-of", new TextValue("the subject of a load reading", "web-eu"), null, "Whose reading: a pool, a site, or any name that the feed uses.")
    {
        DefaultText = "the name of `of`",
    };

    private static readonly SchemaKey<double> Low = new("low", Level, 0, "Up to here nothing is moved.") { IsRequired = true };

    private static readonly SchemaKey<double> High = new("high", Level, 0, "From here on everything is moved.") { IsRequired = true };

    public static readonly SchemaKey<bool> Sticky = new(
        "sticky", new ChoiceValue<bool>([("client", true)]), false, "Who moved stays moved while the share grows.")
    {
        DefaultText = "a draw per query",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "shed",
        Summary = "Between `low` and `high` the share that is moved grows evenly. While the load is not known nothing is moved.",
        Keys = [Of, To, Metric, LoadOf, Low, High, Sticky],
        Example = "shed: {of: web-eu, to: web-us, low: 70, high: 90}",
    };

    public static ShedNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not { } node || MapReader.Open(map.Context, node, map.PathOf(key), Schema) is not { } form
            || ReadChild(form, Of) is not { } of || ReadChild(form, To) is not { } to)
        {
            return null;
        }
        double low = form.Read(Low);
        double high = form.Read(High);
        if (form.Has(Low) && form.Has(High) && high <= low)
        {
            form.Error(High, "'high' must be above 'low'");
        }
        string? subject = form.Read(LoadOf) ?? (of is PoolNode pool ? pool.Pool : (of as PolicyNode)?.Policy);
        if (subject is null)
        {
            form.Error(Of, "this child has no name to find a load reading by: write 'load-of' beside it");
            return null;
        }
        return new ShedNode
        {
            Of = of,
            To = to,
            Subject = subject,
            Metric = form.Read(Metric) ?? "load",
            Low = low,
            High = high,
            Sticky = form.Read(Sticky),
        };
    }

    /// <summary>A required child; null, reported when the map was opened, when it is missing.</summary>
    public static SteeringNode? ReadChild(MapReader form, SchemaKey key) =>
        form.Find(key) is { } child ? SteeringNodeSection.ReadChild(form.Context, child, form.PathOf(key)) : null;
}
