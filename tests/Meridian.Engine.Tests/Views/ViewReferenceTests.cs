using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Views;

/// <summary>The zone that answers against the obvious choice, over random zones, views, networks and clients.</summary>
public sealed class ViewReferenceTests
{
    private const int QuestionsEach = 40;

    [Fact]
    public void Answer_RandomZonesAndViews_IsOfTheZoneThatTheReferenceChooses()
    {
        Config seeded = Config.QuickThrowOnFailure.WithMaxTest(250).WithReplay(20261120, 1);
        Check.One(seeded, Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            MeridianModel model = RandomModel(random, out ModelBuilder builder);
            TestClient client = new(builder.Serve());
            for (int i = 0; i < QuestionsEach; i++)
            {
                DomainName name = RandomName(random, 4);
                string source = RandomAddress(random);
                RecordType type = random.Next(4) == 0 ? RecordType.DS : RecordType.TXT;
                ZoneModel? expected = Choose(model, IPAddress.Parse(source), name);
                TestResponse answer = client.Ask(TestClient.Query(name.ToString(), type, random.Next(2) == 0 ? "10.0.0.0/8" : null), source);
                string found = answer.Rcode == Rcode.Refused ? "none" : Describe(answer);
                Assert.True(
                    found == (expected?.Key.ToString() ?? "none"),
                    $"seed {seed}: {source} asks for {name} {type}: {found} answers, {expected?.Key.ToString() ?? "none"} should\n{string.Join('\n', model.Zones.Values.Select(zone => $"{zone.Key} {string.Join(',', zone.Views)}"))}");
            }
        }));
    }

    /// <summary>The zones are empty: each answer has a start of authority, which tells the zone.</summary>
    private static string Describe(TestResponse answer)
    {
        MessageRecord soa = Assert.Single(answer.Message.Authority);
        string primary = RdataText.Format(RecordType.SOA, soa.Rdata.Span).Split(' ')[0];
        return primary.EndsWith(".seen.test.", StringComparison.Ordinal) ? $"{soa.Owner}@{primary.Split('.')[0]}" : soa.Owner.ToString();
    }

    private static ZoneModel? Choose(MeridianModel model, IPAddress source, DomainName name)
    {
        string? view = model.Views.Values
            .SelectMany(found => found.Networks.Where(network => network.Contains(source)).Select(network => (found.Name, network.PrefixLength)))
            .OrderByDescending(found => found.PrefixLength).Select(found => found.Name).FirstOrDefault();
        ZoneModel[] visible = [.. model.Zones.Values.Where(zone => !zone.IsPrivate || (view is not null && zone.Views.Contains(view)))];
        // DS too: no zone has a cut.
        return Longest(visible.Where(zone => name.IsSubdomainOf(zone.Apex)));
    }

    private static ZoneModel? Longest(IEnumerable<ZoneModel> zones) =>
        zones.OrderByDescending(zone => zone.Apex.LabelCount).ThenByDescending(zone => zone.IsPrivate).FirstOrDefault();

    private static MeridianModel RandomModel(Random random, out ModelBuilder builder)
    {
        builder = new ModelBuilder();
        HashSet<string> networks = [];
        string[] views = [.. Enumerable.Range(0, random.Next(4)).Select(i => $"v{i}")];
        foreach (string view in views)
        {
            builder.View(view, [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNetwork(random)).Where(networks.Add)]);
        }
        Dictionary<DomainName, HashSet<string>> taken = [];
        List<DomainName> open = [];
        for (int i = random.Next(1, 9); i > 0; i--)
        {
            DomainName apex = RandomName(random, 3);
            HashSet<string> seen = taken.TryGetValue(apex, out HashSet<string>? known) ? known : taken[apex] = [];
            string[] free = [.. views.Where(view => !seen.Contains(view) && random.Next(2) == 0)];
            if (free.Length > 0)
            {
                seen.UnionWith(free);
                string label = $"z{i.ToString(CultureInfo.InvariantCulture)}";
                builder.ZoneOf($"{apex}@{label}", free);
            }
            else if (!open.Contains(apex))
            {
                open.Add(apex);
            }
        }
        // Last: adding a private zone of a name takes a public one of it away.
        foreach (DomainName apex in open)
        {
            builder.Zone(apex.ToString());
        }
        return builder.Build();
    }

    private static DomainName RandomName(Random random, int most) => DomainName.Parse(
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => random.Next(2) == 0 ? "a." : "b.")) is { Length: > 0 } text ? text : ".");

    private static string RandomNetwork(Random random)
    {
        IPAddress address = IPAddress.Parse(RandomAddress(random));
        bool isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        int length = isIPv4 ? random.Next(33) : random.Next(129);
        return $"{ClientAddress.FromIPAddress(address).Mask(length).ToIPAddress()}/{length}";
    }

    // Few enough that networks meet; none is IPv4 in IPv6, which is IPv4 here and not for the reference.
    private static string RandomAddress(Random random) => random.Next(3) > 0
        ? $"10.{random.Next(2)}.{random.Next(2)}.{random.Next(4)}"
        : $"2001:db8:{random.Next(2)}::{random.Next(4)}";
}
