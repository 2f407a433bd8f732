using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Tests.Zones;

/// <summary>A zone that several cores compile is the one that one core compiles.</summary>
public sealed class ZoneCompilerTests
{
    private const string Apex = "example.com.";

    [Fact]
    public void Compile_StretchesOfAnyLength_GiveTheSameZone()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            ZoneModel model = Model(new Random(seed));
            SteeringTargets targets = new(ImmutableSortedDictionary<string, PolicyModel>.Empty.Add("one", new PolicyModel { Name = "one", Root = new PoolNode("one") }));
            CompiledZone whole = ZoneCompiler.Compile(model, 5, targets, int.MaxValue / 2);
            foreach (int length in (int[])[1, 2, 7, 50])
            {
                AssertSame(whole, ZoneCompiler.Compile(model, 5, targets, length));
            }
            for (int i = 0; i < whole.Nodes.Count; i++)
            {
                Assert.Equal(i, whole.FindNode(whole.NameOf(in whole.Nodes[i]), NameHash.Compute(whole.NameOf(in whole.Nodes[i]))));
            }
        }
    }

    [Fact]
    public void Compile_RRsetsInAnyOrder_GivesTheSameZone()
    {
        ZoneModel model = Model(new Random(77));
        Random random = new(78);
        ZoneModel shuffled = model with { RRsets = [.. model.RRsets.OrderBy(_ => random.Next())] };
        SteeringTargets targets = new(ImmutableSortedDictionary<string, PolicyModel>.Empty.Add("one", new PolicyModel { Name = "one", Root = new PoolNode("one") }));
        CompiledZone expected = ZoneCompiler.Compile(model, 5, targets);
        CompiledZone found = ZoneCompiler.Compile(shuffled, 5, targets);
        AssertSame(expected, found);
        Assert.True(expected.IsOrdered);
        Assert.False(found.IsOrdered);
    }

    private static void AssertSame(CompiledZone expected, CompiledZone found)
    {
        Assert.Equal(expected.Octets, found.Octets);
        Assert.Equal(expected.Patches, found.Patches);
        Assert.Equal(expected.Additional, found.Additional);
        Assert.Equal(expected.Steered.Length, found.Steered.Length);
        Assert.Equal(
            (expected.NegativeSoaRRset, expected.MaxLabelCount, expected.RotationSlotCount),
            (found.NegativeSoaRRset, found.MaxLabelCount, found.RotationSlotCount));
        Assert.Equal(expected.AdditionalNames.Order(), found.AdditionalNames.Order());
        Assert.Equal(Enumerable.Range(0, expected.Nodes.Count).Select(i => expected.Nodes[i]), Enumerable.Range(0, found.Nodes.Count).Select(i => found.Nodes[i]));
        // What points at octets that are not there may point anywhere.
        Assert.Equal(Enumerable.Range(0, expected.RRsets.Count).Select(i => Clean(expected.RRsets[i])), Enumerable.Range(0, found.RRsets.Count).Select(i => Clean(found.RRsets[i])));
    }

    private static RRsetEntry Clean(RRsetEntry entry)
    {
        entry.TargetOffset = entry.TargetLength == 0 ? 0 : entry.TargetOffset;
        entry.PatchStart = entry.PatchCount == 0 ? 0 : entry.PatchStart;
        entry.WireOffset = entry.WireLength == 0 ? 0 : entry.WireOffset;
        entry.AdditionalStart = entry.AdditionalCount == 0 ? 0 : entry.AdditionalStart;
        return entry;
    }

    private static ZoneModel Model(Random random)
    {
        Dictionary<(DomainName, RecordType), RRsetModel> rrsets = [];
        string[] labels = ["a", "b", "*", "www", "x1", "\\000", "Z"];
        for (int i = random.Next(60, 300); i > 0; i--)
        {
            string owner = i == 1 ? "@" : string.Join('.', Enumerable.Range(0, random.Next(1, 5)).Select(_ => labels[random.Next(labels.Length)] + (random.Next(3) == 0 ? $"{random.Next(9)}" : "")));
            RRsetModel rrset = random.Next(12) switch
            {
                0 => ModelBuilder.Records(owner, Apex, RecordType.NS, "ns.a", "www.b"),
                1 when random.Next(3) == 0 => ModelBuilder.Records(owner, Apex, RecordType.DNAME, "b"),
                2 => ModelBuilder.Records(owner, Apex, RecordType.MX, "10 a", "20 www.b.example.com."),
                3 => ModelBuilder.Records(owner, Apex, RecordType.CNAME, "www"),
                4 => ModelBuilder.Records(owner, Apex, RecordType.A, "192.0.2.1", "192.0.2.2") with { Rotate = true },
                5 => ModelBuilder.Steered(owner, Apex, RecordType.AAAA, "one"),
                6 => ModelBuilder.Records(owner, Apex, RecordType.SRV, "1 1 5 www"),
                7 => ModelBuilder.Records(owner, Apex, RecordType.TXT, "t") with { TtlSeconds = null },
                _ => ModelBuilder.Records(owner, Apex, RecordType.A, "192.0.2.1"),
            };
            rrsets[(rrset.Owner, rrset.Type)] = rrset;
        }
        DomainName apex = DomainName.Parse(Apex);
        return new ZoneModel
        {
            Apex = apex,
            Soa = new SoaModel { Primary = DomainName.Parse("ns1", apex), Contact = DomainName.Parse("hostmaster", apex) },
            RRsets = [.. rrsets.Values.OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type)],
        };
    }
}
