using System.Globalization;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>overrides</c>.</summary>
internal static class OverrideSection
{
    private static readonly SchemaKey Target = new("target", "map", "Whose health is overridden.") { IsRequired = true };

    private static readonly SchemaKey<AdminState?> State = new(
        "state",
        new OptionalValue<AdminState>(new ChoiceValue<AdminState>(
            [("draining", AdminState.Draining), ("up", AdminState.ForcedUp), ("down", AdminState.ForcedDown)])),
        null,
        "`draining` and `down`: never served, not even when failing open. `up`: served whatever health says.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<DateTimeOffset?> From = new(
        "from", new OptionalValue<DateTimeOffset>(new InstantValue()), null, "When it begins.")
    {
        DefaultText = "at once",
    };

    private static readonly SchemaKey<DateTimeOffset?> Until = new(
        "until", new OptionalValue<DateTimeOffset>(new InstantValue()), null, "When it ends by itself.")
    {
        DefaultText = "never",
    };

    private static readonly SchemaKey<string?> Reason = new(
        "reason", new TextValue("a text", "\"disk swap\""), null, "Why; shown wherever the state is.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> Author = new("author", new TextValue("a text", "ann"), null, "Who.") { IsRequired = true };

    public static readonly SectionSchema Schema = new()
    {
        Title = "overrides.<name>",
        Summary = "An operator's word over health for a while: a drain, a forced state, a maintenance window. It begins and ends by itself, to the "
            + "second, without a reload. A word about a member goes before one about its pool, that before one about its site, and all "
            + "of them before the member's own `state`. Checks go on meanwhile.",
        Keys = [Target, State, From, Until, Reason, Author],
        Example =
            """
            overrides:
              disk-swap: {target: {member: 203.0.113.12}, state: draining, until: 2026-12-01T00:00Z, reason: "disk swap", author: ann}
              power-works: {target: {site: eu}, state: down, from: 2026-12-05T22:00Z, until: 2026-12-06T04:00Z, reason: "power works", author: ben}
            """,
    };

    private static readonly SchemaKey<string?> Pool = new("pool", new ReferenceValue(NameKind.Pool), null, "All members of a pool; with `member`, that one of it.");

    private static readonly SchemaKey<string?> Member = new(
        "member", new TextValue("an address or a hostname", "203.0.113.12"), null, "The member with this address or hostname; in all pools unless `pool` names one.");

    private static readonly SchemaKey<string?> Site = new("site", new ReferenceValue(NameKind.Site), null, "All members of a site.");

    public static readonly SectionSchema TargetSchema = new()
    {
        Title = "overrides.<name>.target",
        Summary = "A member, a pool or a site.",
        Keys = [Pool, Member, Site],
    };

    public static OverrideModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map
            || map.Find(Target) is not { } target
            || MapReader.Open(context, target, map.PathOf(Target), TargetSchema) is not { } whom)
        {
            return null;
        }
        if (!whom.Has(Pool) && !whom.Has(Member) && !whom.Has(Site) && !whom.HasUnknownKeys)
        {
            context.Error(target, map.PathOf(Target), "expected pool, member or site: an override of everything is nobody's intention");
        }
        if (whom.Has(Site) && (whom.Has(Pool) || whom.Has(Member)))
        {
            whom.Error(Site, "a site stands alone: expected either site, or pool, member or both");
        }
        OverrideModel word = new()
        {
            Name = name,
            Pool = whom.Read(Pool),
            Member = whom.Read(Member),
            Site = whom.Read(Site),
            State = map.Read(State) ?? AdminState.Draining,
            From = map.Read(From),
            Until = map.Read(Until),
            Reason = map.Read(Reason) ?? "",
            Author = map.Read(Author) ?? "",
        };
        CheckTimes(map, word);
        return word;
    }

    private static void CheckTimes(MapReader map, OverrideModel word)
    {
        if (word.Until is not { } until)
        {
            return;
        }
        if (word.From >= until)
        {
            map.Error(Until, "it would end before it begins: until must be later than from");
        }
        else if (until <= map.Context.Options.Time.GetUtcNow())
        {
            string ended = until.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
            map.Context.Diagnostics.Warning(
                map.PositionOf(Until), map.PathOf(Until), $"the override {word.Name} ended at {ended} and no longer applies: remove it");
        }
    }
}
