using FsCheck;
using FsCheck.Fluent;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Tests.Model;

/// <summary>The packed list against an array of objects.</summary>
public sealed class RRsetListTests
{
    private const string Apex = "example.com.";

    [Fact]
    public void Create_AnyRRsets_GivesThemBack()
    {
        RRsetModel[] rrsets =
        [
            ModelBuilder.Records("a", Apex, RecordType.A, "192.0.2.1", "192.0.2.2") with { Rotate = true, TtlSeconds = 0 },
            ModelBuilder.Records("a", Apex, RecordType.TXT, "\"x\"") with { TtlSeconds = null },
            ModelBuilder.Steered("b", Apex, RecordType.A, "one"),
            new RRsetModel { Owner = DomainName.Parse("c", DomainName.Parse(Apex)), Type = (RecordType)65280, TtlSeconds = int.MaxValue, Rdata = [Array.Empty<byte>(), new byte[65_535]] },
            new RRsetModel { Owner = DomainName.Root, Type = RecordType.A, Outside = new OutsideAliasModel { Target = DomainName.Parse("x.test.") } },
        ];
        RRsetList list = [.. rrsets];
        Assert.Equal(5, list.Length);
        Assert.All(rrsets.Zip(list), pair => Assert.True(AreEqual(pair.First, pair.Second)));
        Assert.Equal([rrsets[2], rrsets[4]], list.Kept);
        Assert.Same(rrsets[2], list[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[5]);
        Assert.True(RRsetList.Empty.IsEmpty);
    }

    [Fact]
    public void Find_AnyName_IsWhatALookThroughAllFinds()
    {
        RRsetModel[] rrsets = Ordered(3000, new Random(1));
        RRsetList list = [.. rrsets];
        Random random = new(2);
        Assert.True(list.IsInOrder());
        for (int i = 0; i < 300; i++)
        {
            DomainName name = NameOf(random.Next(5000));
            RecordType type = random.Next(2) == 0 ? RecordType.A : RecordType.TXT;
            Assert.Equal(rrsets.Count(rrset => rrset.Owner < name), list.FirstOf(name));
            Assert.Equal(rrsets.Where(rrset => rrset.Owner == name).Select(rrset => rrset.Type), list.OfOwner(name).Select(rrset => rrset.Type));
            RRsetModel? expected = Array.Find(rrsets, rrset => rrset.Owner == name && rrset.Type == type);
            Assert.True(expected is null ? list.Find(name, type) is null : AreEqual(expected, list.Find(name, type)!));
        }
        Assert.Equal(rrsets.Count(rrset => rrset.Type == RecordType.TXT), list.OfType(RecordType.TXT).Count());
    }

    [Fact]
    public void Builder_AnySequenceOfEdits_IsTheArrayAndDiffersWhereItDoes()
    {
        Gen<int[]> edits = Gen.Choose(0, int.MaxValue).ListOf().Select(list => list.Take(20).ToArray());
        Prop.ForAll(edits.ToArbitrary(), seeds =>
        {
            RRsetModel[] rrsets = Ordered(5000, new Random(seeds.Length));
            RRsetList list = [.. rrsets];
            foreach (int seed in seeds)
            {
                Random random = new(seed);
                int from = random.Next(rrsets.Length + 1);
                int to = Math.Min(rrsets.Length, from + (random.Next(4) == 0 ? random.Next(2500) : random.Next(2)));
                RRsetModel[] added = random.Next(3) == 0 ? [] : [ModelBuilder.Records($"zz{seed}", Apex, RecordType.A, $"10.0.0.{random.Next(250)}")];
                RRsetModel[] next = [.. rrsets[..from], .. added, .. rrsets[to..]];
                RRsetListBuilder builder = new();
                builder.Add(list, 0, from);
                Array.ForEach(added, builder.Add);
                builder.Add(list, to, list.Length);
                RRsetList edited = builder.ToList();
                AssertSame(next, edited);
                AssertSame(rrsets, list);
                (rrsets, list) = (next, edited);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20261120, 7));
    }

    [Fact]
    public void Between_AnyEdits_AreTheDifferencesAndNothingElse()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            RRsetModel[] before = Ordered(2500, random);
            List<RRsetModel> after = [.. before];
            for (int i = random.Next(6); i > 0; i--)
            {
                int at = random.Next(after.Count);
                switch (random.Next(3))
                {
                    case 0: after.RemoveAt(at); break;
                    case 1: after[at] = after[at] with { TtlSeconds = (uint)random.Next(1, 9) }; break;
                    default: after.Insert(at, ModelBuilder.Records($"added{random.Next()}", Apex, RecordType.A, "192.0.2.1")); break;
                }
            }
            RRsetModel[] sorted = [.. after.OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type)];
            RRsetList old = [.. before];
            RRsetList now = [.. sorted];
            string[] expected =
            [
                .. before.Where(rrset => !sorted.Any(other => AreEqual(rrset, other))).Select(rrset => $"- {Text(rrset)}")
                    .Concat(sorted.Where(rrset => !before.Any(other => AreEqual(rrset, other))).Select(rrset => $"+ {Text(rrset)}"))
                    .Order(StringComparer.Ordinal),
            ];
            List<RRsetDifference> found = [.. RRsetDifference.Between(old, now)];
            Assert.Equal(expected, found.SelectMany(Lines).Order(StringComparer.Ordinal));
            Assert.All(found, difference => Assert.Equal(difference.After is null ? -1 : Array.FindIndex(sorted, rrset => AreEqual(rrset, difference.After)), difference.Index));
        }
    }

    [Fact]
    public void SetItem_OneOfManyThousand_SharesAllPagesButOne()
    {
        RRsetModel[] rrsets = Ordered(20_000, new Random(3));
        RRsetList before = [.. rrsets];
        RRsetList after = before.SetItem(9_000, rrsets[9_000] with { TtlSeconds = 7 });
        Assert.Equal(before.Pages.Length, after.Pages.Length);
        Assert.Equal(before.Pages.Length - 1, before.Pages.ToArray().Intersect(after.Pages.ToArray()).Count());
        RRsetDifference difference = Assert.Single(RRsetDifference.Between(before, after));
        Assert.Equal((9_000, 7u), (difference.Index, difference.After!.TtlSeconds));
    }

    [Fact]
    public void WithKept_AnyChange_LeavesStaticOnesAlone()
    {
        RRsetModel[] rrsets = [.. Ordered(3_000, new Random(4)), ModelBuilder.Steered("zzz", Apex, RecordType.A, "one")];
        RRsetList list = [.. rrsets];
        RRsetList changed = list.WithKept(rrset => rrset with { TtlSeconds = 5 });
        Assert.Equal(5u, Assert.Single(changed.Kept).TtlSeconds);
        AssertSame(rrsets[..^1], [.. changed.Take(rrsets.Length - 1)]);
    }

    private static IEnumerable<string> Lines(RRsetDifference difference)
    {
        if (difference.Before is { } before)
        {
            yield return $"- {Text(before)}";
        }
        if (difference.After is { } after)
        {
            yield return $"+ {Text(after)}";
        }
    }

    private static string Text(RRsetModel rrset) => $"{rrset.Owner} {rrset.Type} {rrset.TtlSeconds}";

    private static RRsetModel[] Ordered(int count, Random random) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => random.Next(5) == 0 ? ModelBuilder.Records($"n{i}", Apex, RecordType.TXT, "x") : ModelBuilder.Records($"n{i}", Apex, RecordType.A, "192.0.2.1"))
            .OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type),
    ];

    private static DomainName NameOf(int number) => DomainName.Parse($"n{number}", DomainName.Parse(Apex));

    private static void AssertSame(RRsetModel[] expected, RRsetList found)
    {
        Assert.Equal(expected.Length, found.Length);
        int at = 0;
        foreach (RRsetModel rrset in found)
        {
            Assert.True(AreEqual(expected[at], rrset), $"{expected[at].Owner} {expected[at].Type} at {at}");
            at++;
        }
    }

    private static bool AreEqual(RRsetModel left, RRsetModel right) => RRsetEquality.AreEqual(left, right);
}
