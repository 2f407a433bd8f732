using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// Reads what a calculated monitor combines. Monitors are read one by one, so what they refer to is put in at the end, by
/// <c>Resolve</c>, when all of them are known.
/// </summary>
internal static class CalculatedSection
{
    /// <summary>Monitors in one calculated monitor. More than this are not understood by anybody at night.</summary>
    private const int MaxTerms = 64;

    /// <summary>Calculated monitors inside each other.</summary>
    private const int MaxNesting = 8;

    private static readonly SchemaKey<string?> Monitor = new(
        "monitor", new ReferenceValue(NameKind.Monitor), null, "What is asked of the member; may be calculated too.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<int> Weight = new("weight", new IntegerValue(1, 1000), 1, "What it counts for.");

    private static readonly SchemaKey<bool> Inverted = new(
        "inverted", new BooleanValue(), false, "Whether it counts when it says down.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.of[]",
        Summary = "One monitor in a `calculated` one. The name alone is `{monitor: name}`. All of them ask the same member.",
        Keys = [Monitor, Weight, Inverted],
        Example =
            """
            monitors:
              web: {type: http}
              db: {type: tcp, port: 5432}
              whole: {type: calculated, of: [web, {monitor: db, weight: 2}], at-least: 2}
            """,
    };

    /// <summary>The terms with monitors that carry nothing but their name yet.</summary>
    public static CalculatedModel? Read(MapReader map, SchemaKey key, int? atLeast)
    {
        if (map.Find(key) is not ListNode { Items.Length: > 0 and <= MaxTerms } list)
        {
            map.Error(key, $"expected {key.ValueType}, 1 to {MaxTerms} of them, such as [web, db]");
            return null;
        }
        List<CalculatedTerm> terms = [];
        for (int i = 0; i < list.Items.Length; i++)
        {
            if (ReadTerm(map.Context, list.Items[i], $"{map.PathOf(key)}/{i}") is { } term)
            {
                terms.Add(term);
            }
        }
        CalculatedModel model = new() { Terms = [.. terms], AtLeast = atLeast ?? terms.Sum(term => term.Weight) };
        if (atLeast > model.TotalWeight && terms.Count == list.Items.Length)
        {
            map.Error(MonitorKindKeys.AtLeast, $"the weight of all is {model.TotalWeight}: {atLeast} is never reached");
        }
        return model;
    }

    /// <summary>Puts the monitors in that calculated ones refer to; those in a circle stay without, with an error.</summary>
    public static ImmutableSortedDictionary<string, MonitorModel> Resolve(
        ReadContext context, ImmutableSortedDictionary<string, MonitorModel> monitors)
    {
        ImmutableSortedDictionary<string, MonitorModel>.Builder resolved = monitors.ToBuilder();
        foreach ((string name, MonitorModel monitor) in monitors)
        {
            if (monitor.Calculated is not null)
            {
                resolved[name] = Resolve(context, monitors, monitor, [], name);
            }
        }
        return resolved.ToImmutable();
    }

    private static CalculatedTerm? ReadTerm(ReadContext context, ConfigNode node, string path)
    {
        if (node is ScalarNode)
        {
            return Monitor.Value.TryRead(context, node, path, out string? name) ? Named(name, 1, false) : null;
        }
        return MapReader.Open(context, node, path, Schema) is { } map && map.TryRead(Monitor, out string? written)
            ? Named(written, map.Read(Weight), map.Read(Inverted))
            : null;
    }

    private static CalculatedTerm Named(string? name, int weight, bool isInverted) =>
        new(new MonitorModel { Name = name ?? "", Type = MonitorType.Calculated, Port = 0 }, weight, isInverted);

    private static MonitorModel Resolve(
        ReadContext context, ImmutableSortedDictionary<string, MonitorModel> monitors, MonitorModel monitor, ImmutableList<string> above, string root)
    {
        if (monitor.Calculated is not { } calculated)
        {
            return monitor;
        }
        if (above.Contains(monitor.Name) || above.Count >= MaxNesting)
        {
            // Told once, at the monitor from which the way began, when the way leads back to it.
            if (monitor.Name == root || above.Count >= MaxNesting)
            {
                string way = string.Join(" → ", above.Add(monitor.Name));
                string problem = above.Contains(monitor.Name)
                    ? "monitors follow from each other in a circle"
                    : $"more than {MaxNesting} calculated monitors inside each other";
                context.Diagnostics.Error(context.Names.Of(NameKind.Monitor)[root], $"monitors/{root}", $"{problem}: {way}");
            }
            return monitor with { Calculated = null };
        }
        ImmutableList<string> path = above.Add(monitor.Name);
        return monitor with
        {
            Calculated = calculated with
            {
                Terms = [.. calculated.Terms.Select(term => monitors.TryGetValue(term.Monitor.Name, out MonitorModel? found)
                    ? term with { Monitor = Resolve(context, monitors, found, path, root) }
                    : term)],
            },
        };
    }
}
