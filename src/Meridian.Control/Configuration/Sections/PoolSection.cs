using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>pools</c>.</summary>
internal static class PoolSection
{
    /// <summary>An answer cannot hold more, and a pool's draws are worked out ahead.</summary>
    private const int MaxMembers = 10_000;

    private static readonly SchemaKey<string?> Site = new(
        "site",
        new ReferenceValue(NameKind.Site),
        null,
        "Where all members stand that do not name a site of their own.");

    private static readonly SchemaKey<string?> Monitor = new(
        "monitor", new ReferenceValue(NameKind.Monitor), null, "What checks the members.")
    {
        DefaultText = "none: members in state auto count as up",
    };

    private static readonly SchemaKey<int> MinHealthy = new(
        "min-healthy",
        new IntegerValue(1, MaxMembers),
        1,
        "Fewer available members than this make the pool unavailable; at most the number of members.");

    private static readonly SchemaKey Answer = new(
        "answer", "map", "How many members go into one answer, and how they are drawn.")
    {
        DefaultText = "all of them",
    };

    private static readonly SchemaKey<double?> Cost = new(
        "cost",
        new OptionalValue<double>(new NumberValue(0, double.PositiveInfinity, 0.7)),
        null,
        "What serving from it costs, in a unit of your choice; for `cheapest` nodes.")
    {
        DefaultText = "its site's",
    };

    private static readonly SchemaKey<double?> Commit = new(
        "commit",
        new OptionalValue<double>(new NumberValue(0, double.PositiveInfinity, 500)),
        null,
        "The volume that is paid for in any case, in the unit of the load metric; for `cheapest` nodes.");

    private static readonly SchemaKey Members = new(
        "members", "a list of members, at least one", "The addresses or hostnames that can be in an answer.")
    {
        IsRequired = true,
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "pools.<name>",
        Summary = "A group of members that answer together.",
        Keys = [Site, Monitor, MinHealthy, Answer, .. StandbyKeys.All, Cost, Commit, Members],
        Example =
            """
            pools:
              web-eu:
                site: eu
                monitor: web
                answer: {pick: 2, by: weight}
                members:
                  - {address: 203.0.113.10, weight: 3}
                  - {address: 203.0.113.11}
            """,
    };

    private static readonly SchemaKey<int?> Pick = new(
        "pick", new OptionalValue<int>(new IntegerValue(1, 64)), null, "How many members go into one answer.")
    {
        DefaultText = "all",
    };

    private static readonly SchemaKey<PickBy> By = new(
        "by",
        new ChoiceValue<PickBy>([("weight", PickBy.Weight), ("even", PickBy.Even)]),
        PickBy.Weight,
        "In proportion to the members' weights, or each as likely as another.");

    public static readonly SectionSchema AnswerSchema = new()
    {
        Title = "pools.<name>.answer",
        Summary = "How the members of one answer are drawn.",
        Keys = [Pick, By],
    };

    public static PoolModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        ImmutableArray<MemberModel> members = ReadMembers(map, out int written);
        int minHealthy = map.Read(MinHealthy);
        if (written > 0 && minHealthy > written)
        {
            map.Error(
                MinHealthy,
                $"min-healthy is {minHealthy}, but the pool has {written} member{(written == 1 ? "" : "s")}: it could "
                    + "never be available");
        }
        PoolModel pool = new()
        {
            Name = name,
            Site = map.Read(Site),
            Monitor = map.Read(Monitor),
            Cost = map.Read(Cost),
            Commit = map.Read(Commit),
            MinHealthy = minHealthy,
            Members = members,
        };
        pool = StandbyKeys.Read(map, pool, map.Has(Monitor));
        if (map.Find(Answer) is not { } answer || MapReader.Open(context, answer, map.PathOf(Answer), AnswerSchema) is not { } drawn)
        {
            return pool;
        }
        return pool with { Pick = drawn.Read(Pick), PickBy = drawn.Read(By) };
    }

    /// <param name="map">The pool.</param>
    /// <param name="written">How many were written, right or wrong.</param>
    private static ImmutableArray<MemberModel> ReadMembers(MapReader map, out int written)
    {
        written = 0;
        if (map.Find(Members) is not { } node)
        {
            return [];
        }
        if (node is not ListNode { Items.Length: > 0 and <= MaxMembers } list)
        {
            string found = node is ListNode { Items.Length: var count } ? $"a list of {count}" : node.Describe();
            map.Error(
                Members,
                $"expected a list of 1 to {MaxMembers} members, such as [{{address: 192.0.2.1}}]; found {found}");
            return [];
        }
        written = list.Items.Length;
        ImmutableArray<MemberModel>.Builder members = ImmutableArray.CreateBuilder<MemberModel>();
        Dictionary<string, SourcePosition> targets = new(StringComparer.Ordinal);
        for (int i = 0; i < list.Items.Length; i++)
        {
            string path = $"{map.PathOf(Members)}/{i}";
            map.Context.Positions.Add(path, list.Items[i].Position);
            if (MemberSection.Read(map.Context, list.Items[i], path) is not { } member)
            {
                continue;
            }
            if (targets.TryGetValue(member.Target, out SourcePosition first))
            {
                map.Context.Error(
                    list.Items[i],
                    path,
                    $"the member {member.Target} is in this pool twice; it was first given at {first}");
            }
            targets.TryAdd(member.Target, list.Items[i].Position);
            members.Add(member);
        }
        return members.ToImmutable();
    }
}
