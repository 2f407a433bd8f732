using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a ramp node.</summary>
internal static class RampSection
{
    private static readonly SchemaKey From = new("from", "a child", "What is used so far.") { IsRequired = true };

    private static readonly SchemaKey To = new("to", "a child", "What is to be used.") { IsRequired = true };

    private static readonly SchemaKey<ImmutableArray<double>> Steps = new(
        "steps", new ListValue<double>(new NumberValue(0, 100, 25), "percentages, 0 to 100"), [], "The share that is moved in each step; the last one stays.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<TimeSpan> Every = new(
        "every", new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)), TimeSpan.FromMinutes(10), "How long each step takes.");

    private static readonly SchemaKey<DateTimeOffset> Start = new(
        "start", new InstantValue(), default, "When the first step begins. Written down, so that a restart does not begin anew.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> Guard = new(
        "guard",
        new ReferenceValue(NameKind.Monitor),
        null,
        "A monitor. While any member that it checks is down nothing is moved; when all are well again the steps begin anew.")
    {
        DefaultText = "none",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "ramp",
        Summary = "A share that grows by itself. An unavailable child leaves everything to the other.",
        Keys = [From, To, Steps, Every, Start, Guard, ShedSection.Sticky],
        Example = "ramp: {from: web-v1, to: web-v2, steps: [1, 5, 25, 100], every: 10m, start: 2026-12-01T10:00Z, guard: errors}",
    };

    public static RampNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not { } node || MapReader.Open(map.Context, node, map.PathOf(key), Schema) is not { } form
            || ShedSection.ReadChild(form, From) is not { } from || ShedSection.ReadChild(form, To) is not { } to
            || !form.TryRead(Steps, out ImmutableArray<double> steps) || !form.TryRead(Start, out DateTimeOffset start))
        {
            return null;
        }
        return new RampNode
        {
            From = from,
            To = to,
            Steps = steps,
            Every = form.Read(Every),
            Start = start,
            Guard = form.Read(Guard),
            Sticky = form.Read(ShedSection.Sticky),
        };
    }
}
