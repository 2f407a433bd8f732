using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;
using Meridian.Simulation.Scenarios;

namespace Meridian.Control.Simulating;

/// <summary>Reads a scenario file.</summary>
internal static class ScenarioSection
{
    private const int MaxEvents = 1_000;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private static readonly SchemaKey<TimeSpan> Duration = new(
        "duration", new DurationValue(TimeSpan.FromSeconds(1), Month), TimeSpan.FromDays(1), "How long the run is.");

    private static readonly SchemaKey<DateTimeOffset> Start = new(
        "start", new InstantValue(), new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), "When it begins; the time of day matters.");

    private static readonly SchemaKey<bool> InStep = new(
        "starts-in-step", new BooleanValue(), false, "Whether all caches are empty at the start, as in a flash crowd.");

    private static readonly SchemaKey Events = new("events", "a list of events", "What happens.") { DefaultText = "nothing" };

    private static readonly SchemaKey<TimeSpan> At = new(
        "at", new DurationValue(TimeSpan.Zero, Month), default, "When, from the start.")
    { IsRequired = true };

    private static readonly SchemaKey<TimeSpan> For = new(
        "for", new DurationValue(TimeSpan.FromSeconds(1), Month), default, "How long a failure or a drain lasts.")
    { DefaultText = "for good" };

    private static readonly SchemaKey<bool> Silent = new(
        "silent", new BooleanValue(), false, "Whether probes of what fails run into their time-outs instead of being refused.");

    private static readonly SchemaKey Fail = new("fail", "{site: …}, {pool: …} or {member: …}", "These stop working.");

    private static readonly SchemaKey Drained = new("drain", "{site: …}, {pool: …} or {member: …}", "These are drained.");

    private static readonly SchemaKey Ttl = new("ttl", "{policy: …, to: 30s}", "A policy's TTL becomes another.");

    private static readonly SchemaKey Weight = new("weight", "{policy: …, of: …, to: 50}", "The weight of a child becomes another.");

    private static readonly SchemaKey<string?> Configuration = new(
        "configuration", new TextValue("a file or a directory, relative to the scenario", "mistake.yaml"), null, "Another configuration is published.");

    private static readonly SchemaKey<string?> Site = new("site", new ReferenceValue(NameKind.Site), null, "A site.");

    private static readonly SchemaKey<string?> Pool = new("pool", new ReferenceValue(NameKind.Pool), null, "A pool.");

    private static readonly SchemaKey<string?> Member = new(
        "member", new TextValue("an address or a hostname", "203.0.113.10"), null, "A member.");

    private static readonly SchemaKey<string?> Policy = new(
        "policy", new ReferenceValue(NameKind.Policy), null, "The policy.")
    { IsRequired = true };

    private static readonly SchemaKey<uint> ToTtl = new("to", new TtlValue(), 0, "The new TTL.") { IsRequired = true };

    private static readonly SchemaKey<string?> Child = new(
        "of", new TextValue("the name of a pool or policy", "web-eu"), null, "The child.")
    { IsRequired = true };

    private static readonly SchemaKey<int> ToWeight = new("to", new IntegerValue(0, 1_000_000), 0, "The new weight.") { IsRequired = true };

    public static readonly SectionSchema Schema = new()
    {
        Title = "scenario",
        Summary = "What happens in a run.",
        Keys = [Duration, Start, InStep, Events],
        Example = "duration: 1d",
    };

    public static readonly SectionSchema EventSchema = new()
    {
        Title = "events[]",
        Summary = "One thing that happens: exactly one of `fail`, `drain`, `ttl`, `weight` and `configuration`.",
        Keys = [At, For, Silent, Fail, Drained, Ttl, Weight, Configuration],
        Example = "- {at: 1h, fail: {site: eu}, for: 30m}",
    };

    public static readonly SectionSchema SubjectSchema = new()
    {
        Title = "events[].fail",
        Summary = "Which members.",
        Keys = [Site, Pool, Member],
        Example = "{site: eu}",
    };

    public static readonly SectionSchema TtlSchema = new()
    {
        Title = "events[].ttl",
        Summary = "A policy's TTL.",
        Keys = [Policy, ToTtl],
        Example = "{policy: www, to: 30s}",
    };

    public static readonly SectionSchema WeightSchema = new()
    {
        Title = "events[].weight",
        Summary = "The weight of a child of a policy's weighted nodes.",
        Keys = [Policy, Child, ToWeight],
        Example = "{policy: canary, of: web-eu, to: 50}",
    };

    /// <summary>Reads.</summary>
    /// <param name="context">Its names are those of the configuration that is simulated.</param>
    /// <param name="node">The document.</param>
    /// <param name="load">Loads another configuration by the path as written; null, with its errors reported, when it cannot be.</param>
    public static Scenario Read(ReadContext context, ConfigNode node, Func<ConfigNode, string, string, MeridianModel?> load)
    {
        if (MapReader.Open(context, node, "", Schema) is not { } map)
        {
            return new Scenario();
        }
        ImmutableArray<ScenarioEvent>.Builder events = ImmutableArray.CreateBuilder<ScenarioEvent>();
        switch (map.Find(Events))
        {
            case null or ScalarNode { IsNull: true }:
                break;
            case ListNode { Items.Length: <= MaxEvents } list:
                for (int i = 0; i < list.Items.Length; i++)
                {
                    if (MapReader.Open(context, list.Items[i], $"events/{i}", EventSchema) is { } entry && ReadEvent(entry, load) is { } read)
                    {
                        events.Add(read);
                    }
                }
                break;
            default:
                map.Error(Events, $"expected a list of at most {MaxEvents} events");
                break;
        }
        return new Scenario
        {
            Duration = map.Read(Duration),
            Start = map.Read(Start),
            StartsInStep = map.Read(InStep),
            Events = events.ToImmutable(),
        };
    }

    private static ScenarioEvent? ReadEvent(MapReader map, Func<ConfigNode, string, string, MeridianModel?> load)
    {
        SchemaKey[] kinds = [Fail, Drained, Ttl, Weight, Configuration];
        SchemaKey[] written = [.. kinds.Where(map.Has)];
        if (written.Length != 1)
        {
            string found = written.Length == 0 ? "none of them" : string.Join(" and ", written.Select(key => key.Name));
            map.Context.Error(map.Node, map.Path, $"an event is one of fail, drain, ttl, weight and configuration; found {found}");
            return null;
        }
        double at = map.Read(At).TotalSeconds;
        double? length = map.Has(For) ? map.Read(For).TotalSeconds : null;
        if (written[0] == Fail)
        {
            return ReadSubject(map, Fail) is { } failed ? new Failure(at, failed, length, map.Read(Silent)) : null;
        }
        if (written[0] == Drained)
        {
            return ReadSubject(map, Drained) is { } drained ? new Drain(at, drained, length) : null;
        }
        if (written[0] == Ttl)
        {
            return Open(map, Ttl, TtlSchema) is { } ttl && ttl.Read(Policy) is { } policy ? new TtlChange(at, policy, ttl.Read(ToTtl)) : null;
        }
        if (written[0] == Weight)
        {
            return Open(map, Weight, WeightSchema) is { } weight && weight.Read(Policy) is { } policy && weight.Read(Child) is { } child
                ? new WeightChange(at, policy, child, weight.Read(ToWeight))
                : null;
        }
        string path = map.Read(Configuration) ?? "";
        return map.Find(Configuration) is { } node && load(node, map.PathOf(Configuration), path) is { } model
            ? new NewConfiguration(at, model, path)
            : null;
    }

    private static MapReader? Open(MapReader map, SchemaKey key, SectionSchema schema) =>
        map.Find(key) is { } node ? MapReader.Open(map.Context, node, map.PathOf(key), schema) : null;

    private static Subject? ReadSubject(MapReader map, SchemaKey key)
    {
        if (Open(map, key, SubjectSchema) is not { } form)
        {
            return null;
        }
        Subject[] named =
        [
            .. new[]
            {
                (Kind: SubjectKind.Site, Name: form.Read(Site)),
                (Kind: SubjectKind.Pool, Name: form.Read(Pool)),
                (Kind: SubjectKind.Member, Name: form.Read(Member)),
            }.Where(subject => subject.Name is not null).Select(subject => new Subject(subject.Kind, subject.Name!)), // Filtered.
        ];
        if (named.Length > 1)
        {
            map.Error(key, "expected one of site, pool and member");
        }
        return named.FirstOrDefault();
    }
}

/// <summary>What a scenario file says.</summary>
public sealed record Scenario
{
    public TimeSpan Duration { get; init; } = TimeSpan.FromDays(1);

    public DateTimeOffset Start { get; init; } = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public bool StartsInStep { get; init; }

    public ImmutableArray<ScenarioEvent> Events { get; init; } = [];
}
