using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Tests.Zones;

/// <summary>A patched zone answers as one that was compiled from the same model, whatever was changed.</summary>
public sealed class ZonePatcherTests
{
    private const string Apex = "example.com.";

    // More RRsets than a page of their table holds.
    private const int Hosts = 1500;

    private static readonly ImmutableArray<(string Owner, RecordType Type, string[] Data)> Names =
    [
        ("@", RecordType.NS, ["ns1", "ns.child"]),
        ("@", RecordType.MX, ["10 mail", "20 alias"]),
        ("@", RecordType.TXT, ["\"v=spf1 -all\""]),
        ("ns1", RecordType.A, ["192.0.2.53"]),
        ("mail", RecordType.A, ["192.0.2.25", "192.0.2.26"]),
        ("mail", RecordType.AAAA, ["2001:db8::25"]),
        ("alias", RecordType.CNAME, ["mail"]),
        ("*.wild", RecordType.A, ["192.0.2.7"]),
        ("*.wild", RecordType.TXT, ["x"]),
        ("child", RecordType.NS, ["ns.child"]),
        ("ns.child", RecordType.A, ["192.0.2.54"]),
        ("old", RecordType.DNAME, ["mail"]),
        ("deep.er", RecordType.A, ["192.0.2.9"]),
        ("_sip._udp", RecordType.SRV, ["1 1 5060 mail"]),
    ];

    private static readonly ImmutableArray<RecordType> Types =
    [
        RecordType.A, RecordType.AAAA, RecordType.NS, RecordType.MX, RecordType.TXT, RecordType.CNAME, RecordType.SRV, RecordType.SOA,
        RecordType.DNAME, RecordType.ANY, RecordType.CAA,
    ];

    [Fact]
    public void Compile_AnySequenceOfChanges_AnswersAsACompilationFromNothing()
    {
        Gen<int[]> edits = Gen.Choose(0, int.MaxValue).ListOf().Select(list => list.Take(12).ToArray());
        Prop.ForAll(edits.ToArbitrary(), seeds =>
        {
            RRsetModel[] rrsets = Initial();
            DataPlaneSnapshot first = Model(rrsets).Compile();
            Dictionary<string, string> firstAnswers = Answers(first);
            DataPlaneSnapshot current = first;
            foreach (int seed in seeds)
            {
                rrsets = Edit(rrsets, new Random(seed));
                current = Model(rrsets).Compile(previous: current);
            }
            DataPlaneSnapshot fresh = Model(rrsets).Compile(revision: 1);
            // What was published before goes on saying what it said.
            return Same(Answers(current), Answers(fresh)) && Same(Answers(first), firstAnswers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Compile_OtherDataOfOneRecord_SharesWhatDidNotChange()
    {
        RRsetModel[] rrsets = Initial();
        DataPlaneSnapshot before = Model(rrsets).Compile();
        rrsets[3] = rrsets[3] with { Rdata = [new byte[] { 192, 0, 2, 99 }] };
        DataPlaneSnapshot after = Model(rrsets).Compile(previous: before, revision: 2);
        CompiledZone old = before.Zones.Zones[0];
        CompiledZone patched = after.Zones.Zones[0];
        Assert.Same(old.Nodes, patched.Nodes);
        Assert.Equal(2u, patched.SoaSerial);
        Assert.Equal(["192.0.2.99"], new TestClient(Serve(after)).Ask("ns1.example.com.", RecordType.A).Addresses);
        Assert.Equal(["192.0.2.53"], new TestClient(Serve(before)).Ask("ns1.example.com.", RecordType.A).Addresses);
    }

    [Fact]
    public void Compile_TwoCandidatesFromOneZone_DoNotDisturbEachOther()
    {
        DataPlaneSnapshot before = Model(Initial()).Compile();
        DataPlaneSnapshot[] candidates = [.. Enumerable.Range(1, 200).Select(i =>
        {
            RRsetModel[] rrsets = Initial();
            rrsets[3] = rrsets[3] with { Rdata = [new byte[] { 10, 0, 0, (byte)i }] };
            return Model(rrsets).Compile(previous: before);
        })];
        for (int i = 1; i <= candidates.Length; i++)
        {
            Assert.Equal([$"10.0.0.{i}"], new TestClient(Serve(candidates[i - 1])).Ask("ns1.example.com.", RecordType.A).Addresses);
        }
    }

    [Fact]
    public void Compile_ThousandsOfChanges_DoesNotGrowWithoutEnd()
    {
        RRsetModel[] rrsets = Initial();
        DataPlaneSnapshot current = Model(rrsets).Compile();
        int compact = current.Zones.Zones[0].Octets.Length;
        for (int i = 0; i < 5000; i++)
        {
            rrsets = [.. rrsets];
            rrsets[3] = rrsets[3] with { Rdata = [new byte[] { 10, 0, (byte)(i >> 8), (byte)i }] };
            current = Model(rrsets).Compile(previous: current);
        }
        Assert.InRange(current.Zones.Zones[0].Octets.Length, 1, (2 * compact) + 65_536);
        Assert.InRange(current.Zones.Zones[0].Patches.Length, 1, 10_000);
    }

    [Fact]
    public void Compile_NamesThatComeAndGo_AnswerAsACompilationFromNothing()
    {
        Gen<int[]> edits = Gen.Choose(0, int.MaxValue).ListOf().Select(list => list.Take(14).ToArray());
        int patched = 0;
        Prop.ForAll(edits.ToArbitrary(), seeds =>
        {
            RRsetModel[] rrsets = Ordered(Initial());
            DataPlaneSnapshot first = Model(rrsets).Compile();
            Dictionary<string, string> firstAnswers = Answers(first);
            DataPlaneSnapshot current = first;
            foreach (int seed in seeds)
            {
                rrsets = ComeAndGo(rrsets, new Random(seed));
                // One that is thrown away takes numbers too.
                Model(ComeAndGo(rrsets, new Random(~seed))).Compile(previous: current);
                DataPlaneSnapshot next = Model(rrsets).Compile(previous: current);
                patched += ReferenceEquals(next.Zones.Zones[0].Octets, current.Zones.Zones[0].Octets) && !ReferenceEquals(next, current) ? 1 : 0;
                current = next;
            }
            DataPlaneSnapshot fresh = Model(rrsets).Compile(revision: 1);
            return Same(Answers(current), Answers(fresh)) && Same(Answers(first), firstAnswers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20261120, 1));
        Assert.InRange(patched, 20, int.MaxValue);
    }

    [Fact]
    public void Compile_ThousandsOfNames_AreAddedWithoutCompilingTheRest()
    {
        RRsetModel[] rrsets = Ordered(Initial());
        DataPlaneSnapshot current = Model(rrsets).Compile();
        int whole = 0;
        for (int i = 0; i < 1500; i++)
        {
            rrsets = Ordered([.. rrsets, ModelBuilder.Records($"n{i}.added", Apex, RecordType.A, "192.0.2.200")]);
            DataPlaneSnapshot next = Model(rrsets).Compile(previous: current);
            whole += next.Zones.Zones[0].RRsets.Count < current.Zones.Zones[0].RRsets.Count ? 1 : 0;
            current = next;
        }
        TestClient client = new(Serve(current));
        Assert.All(Enumerable.Range(0, 1500), i => Assert.Equal(["192.0.2.200"], client.Ask($"n{i}.added.example.com.", RecordType.A).Addresses));
        Assert.Contains("NXDOMAIN", client.Text("n1500.added.example.com.", RecordType.A), StringComparison.OrdinalIgnoreCase);
        Assert.InRange(whole, 0, 3);
    }

    private static RRsetModel[] Ordered(IEnumerable<RRsetModel> rrsets) => [.. rrsets.OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type)];

    /// <summary>Some names or types come or go, and some data change: everywhere, also where other names depend on them.</summary>
    private static RRsetModel[] ComeAndGo(RRsetModel[] rrsets, Random random)
    {
        string[] owners =
            ["a", "b.a", "c.b.a", "*.a", "x.*.a", "*", "mail", "alias", "ns1", "*.wild", "y.wild", "x.child", "er", "z.deep.er", "below.old", "@", "host3", "www", "q.host7"];
        List<RRsetModel> edited = [.. rrsets];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            string owner = owners[random.Next(owners.Length)];
            (RecordType type, string data) = random.Next(10) switch
            {
                0 => (RecordType.MX, "5 a"),
                1 => (RecordType.CNAME, "mail"),
                2 => (RecordType.AAAA, $"2001:db8::{random.Next(1, 9)}"),
                3 or 4 => (RecordType.TXT, "\"t\""),
                _ => (RecordType.A, $"192.0.2.{random.Next(1, 250)}"),
            };
            RRsetModel made = ModelBuilder.Records(owner, Apex, type, data);
            int at = edited.FindIndex(rrset => rrset.Owner == made.Owner && rrset.Type == made.Type);
            if (random.Next(3) == 0)
            {
                edited.RemoveAll(rrset => rrset.Owner == made.Owner && rrset.Owner != DomainName.Parse(Apex) && rrset.Type is not (RecordType.NS or RecordType.DNAME));
            }
            else if (at >= 0)
            {
                edited[at] = made;
            }
            else if (type != RecordType.CNAME || edited.TrueForAll(rrset => rrset.Owner != made.Owner))
            {
                edited.RemoveAll(rrset => rrset.Owner == made.Owner && rrset.Type == RecordType.CNAME);
                edited.Add(made);
            }
        }
        return Ordered(edited);
    }

    private static RRsetModel[] Initial() =>
    [
        .. Names.Select(name => ModelBuilder.Records(name.Owner, Apex, name.Type, name.Data)),
        ModelBuilder.Steered("www", Apex, RecordType.A, "one"),
        .. Enumerable.Range(0, Hosts).Select(i => ModelBuilder.Records($"host{i}", Apex, RecordType.A, $"10.0.{i >> 8}.{i & 255}")),
    ];

    private static ModelBuilder Model(RRsetModel[] rrsets) => new ModelBuilder()
        .Pool("one", "203.0.113.1")
        .Pool("two", "203.0.113.2")
        .Policy("one", new PoolNode("one"))
        .Policy("two", new PoolNode("two"))
        .Zone(Apex, rrsets);

    /// <summary>One change of any kind: most of data alone, some of what there is.</summary>
    private static RRsetModel[] Edit(RRsetModel[] rrsets, Random random)
    {
        RRsetModel[] edited = [.. rrsets];
        int index = random.Next(3) == 0 ? random.Next(edited.Length) : random.Next(Math.Min(edited.Length, Names.Length + 1));
        RRsetModel chosen = edited[index];
        byte[] address = [10, 1, (byte)random.Next(256), (byte)random.Next(256)];
        edited[index] = random.Next(5) switch
        {
            0 => chosen with { TtlSeconds = (uint)random.Next(1, 1000) },
            1 when chosen.Steering is not null => ModelBuilder.Steered("www", Apex, RecordType.A, random.Next(2) == 0 ? "one" : "two"),
            1 when chosen.Type == RecordType.CNAME => ModelBuilder.Records("alias", Apex, RecordType.CNAME, $"host{random.Next(Hosts)}"),
            2 when chosen.Type == RecordType.MX => ModelBuilder.Records("@", Apex, RecordType.MX, $"{random.Next(100)} host{random.Next(9)}"),
            _ when chosen.Type == RecordType.A && chosen.Steering is null => chosen with { Rdata = [address, .. chosen.Rdata.Take(random.Next(2))] },
            _ => chosen,
        };
        return random.Next(6) switch
        {
            0 => [.. edited, ModelBuilder.Records($"new{random.Next()}", Apex, RecordType.A, "192.0.2.200")],
            1 when edited.Length > Hosts => edited[..^1],
            _ => edited,
        };
    }

    private static Dictionary<string, string> Answers(DataPlaneSnapshot snapshot)
    {
        TestClient client = new(Serve(snapshot));
        Dictionary<string, string> answers = [];
        string[] extra = ["a.wild", "b.c.wild", "below.child", "child", "x.old", "er", "absent", "www", "host7", "host1499",
            "a", "b.a", "c.b.a", "d.c.b.a", "y.a", "x.*.a", "x.child", "z.deep.er", "y.wild", "x.y.wild", "below.old", "host3", "q.host7", "r.q.host7"];
        foreach (string owner in Names.Select(name => name.Owner).Concat(extra).Distinct())
        {
            string name = DomainName.Parse(owner, DomainName.Parse(Apex)).ToString();
            foreach (RecordType type in Types)
            {
                answers[$"{name} {type}"] = client.Text(name, type);
            }
        }
        return answers;
    }

    private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right)
    {
        foreach ((string question, string answer) in left)
        {
            Assert.Equal((question, right[question]), (question, answer));
        }
        return true;
    }

    private static DataPlane Serve(DataPlaneSnapshot snapshot)
    {
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(snapshot, new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>()));
        return dataPlane;
    }
}
