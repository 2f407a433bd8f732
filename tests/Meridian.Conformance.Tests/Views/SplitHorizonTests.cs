using System.Net;
using System.Text;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Views;

/// <summary>
/// Split horizon beside BIND, the one of the peers that has views. There a view lists every zone that it has, here a zone lists
/// its views and all others are seen as well: set up to mean the same, they answer the same, whoever asks.
/// </summary>
public sealed class SplitHorizonTests
{
    private const string Everybodys = "example.test.";
    private const string Shop = "shop.example.test.";
    private const string Corp = "corp.example.test.";
    private const string Lab = "lab.test.";
    private const string InsideFile = "inside.zone";
    private const string CorpFile = "corp.zone";
    private const string LabFile = "lab.zone";

    private static readonly TestZone[] Open =
    [
        new(Everybodys, ZoneText("www A 203.0.113.80\nalias CNAME www\ndata CNAME db.corp\n*.wild A 203.0.113.81\nshop NS ns1\nonly TXT outside")),
        new(Shop, ZoneText("www A 203.0.113.90", "ns1.example.test.")),
    ];

    private static readonly Dictionary<string, string> Hidden = new()
    {
        [InsideFile] = ZoneText("www A 10.0.0.80\nalias CNAME www\ndata CNAME db.corp\nmine TXT inside"),
        [CorpFile] = ZoneText("db A 10.0.0.5", "ns1.example.test."),
        [LabFile] = ZoneText("host A 10.9.0.1", "ns1.example.test."),
    };

    private static readonly string[] Names =
    [
        Everybodys, "www.example.test.", "alias.example.test.", "data.example.test.", "a.wild.example.test.", "only.example.test.", "mine.example.test.",
        "no.example.test.", Shop, "www.shop.example.test.", "no.shop.example.test.", Corp, "db.corp.example.test.", "no.corp.example.test.", Lab,
        "host.lab.test.", "other.test.", "test.",
    ];

    [Fact]
    public async Task Answer_FromEachView_IsBinds()
    {
        Assert.SkipUnless(SubjectSelection.Read().Contains(SubjectKind.Bind), $"{SubjectSelection.Variable} leaves out BIND");
        await using ServerSubject meridian = await ServerSubject.StartAsync(SubjectKind.Meridian, Open, SetUpMeridian, TestContext.Current.CancellationToken);
        await using ServerSubject bind = await ServerSubject.StartAsync(SubjectKind.Bind, Open, SetUpBind, TestContext.Current.CancellationToken);
        int questions = 0;
        // Of no view, inside, and in the lab.
        foreach (string source in new[] { "127.0.0.1", "127.0.0.2", "127.0.0.3" })
        {
            using UdpClient ours = new(meridian.Endpoint, IPAddress.Parse(source));
            using UdpClient theirs = new(bind.Endpoint, IPAddress.Parse(source));
            foreach (string name in Names)
            {
                foreach (RecordType type in new[] { RecordType.A, RecordType.TXT, RecordType.SOA, RecordType.NS, RecordType.CNAME })
                {
                    byte[] query = new QueryBuilder(name, type) { Id = (ushort)(1000 + questions++), UdpPayloadSize = 1232, Flags = MessageFlags.None }.Build();
                    Assert.Equal($"{source} {name} {type}\n{Describe(theirs.Ask(query))}", $"{source} {name} {type}\n{Describe(ours.Ask(query))}");
                }
            }
        }
        Assert.Equal(3 * Names.Length * 5, questions);
    }

    private static ServerSetup SetUpMeridian(ServerPlace place)
    {
        // BIND ends an answer where a chain leaves its zone.
        ServerSetup setup = MeridianSetup.Create(
            place, "answering: {follow-aliases: zone}\nviews: {inside: {networks: [127.0.0.2/32]}, lab: {networks: [127.0.0.3/32]}}");
        string configuration = setup.Files["meridian.yaml"] + $$"""
              "example.test@in": {views: [inside], file: {{InsideFile}}}
              {{Corp}}: {views: [inside, lab], file: {{CorpFile}}}
              {{Lab}}: {views: [lab], file: {{LabFile}}}
            """;
        return setup with { Files = new Dictionary<string, string>(Hidden.Concat(setup.Files)) { ["meridian.yaml"] = configuration } };
    }

    private static ServerSetup SetUpBind(ServerPlace place)
    {
        // With views, every zone is in one.
        ServerSetup setup = BindSetup.Create(place with { Zones = [] });
        StringBuilder configuration = new(setup.Files["named.conf"]);
        AddView(configuration, "inside", "127.0.0.2", (Everybodys, InsideFile), (Shop, Open[1].FileName), (Corp, CorpFile));
        AddView(configuration, "lab", "127.0.0.3", (Everybodys, Open[0].FileName), (Shop, Open[1].FileName), (Corp, CorpFile), (Lab, LabFile));
        AddView(configuration, "others", "any", (Everybodys, Open[0].FileName), (Shop, Open[1].FileName));
        return setup with { Files = new Dictionary<string, string>(Hidden) { ["named.conf"] = configuration.ToString() } };
    }

    private static void AddView(StringBuilder configuration, string name, string clients, params (string Apex, string File)[] zones)
    {
        configuration.Append($"view \"{name}\" {{ match-clients {{ {clients}; }};\n");
        foreach ((string apex, string file) in zones)
        {
            configuration.Append($"    zone \"{apex}\" {{ type primary; file \"{file}\"; }};\n");
        }
        configuration.Append("};\n");
    }

    private static string ZoneText(string records, string server = "ns1") =>
        $"$TTL 300\n@ SOA {server} hostmaster 1 7200 900 1209600 60\n@ NS {server}\n{(server == "ns1" ? "ns1 A 192.0.2.53\n" : "")}{records}\n";

    /// <summary>What a client makes of it: the code, whether it is authoritative, the answer, and whose negative answer it is.</summary>
    private static string Describe(byte[]? response)
    {
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(response, out Message? message));
        bool isAuthoritative = message!.Header.Flags.HasFlag(MessageFlags.AuthoritativeAnswer); // Ok comes with a message.
        return string.Join('\n', [
            $"{message.Rcode}{(isAuthoritative ? " aa" : "")}",
            .. message.Answer.Where(record => record.Type != RecordType.SOA).Select(Text).Order(StringComparer.Ordinal),
            // Serials are each server's own.
            .. message.Answer.Concat(message.Authority).Where(record => record.Type == RecordType.SOA).Select(record => $"{record.Owner} SOA"),
        ]);
    }

    private static string Text(MessageRecord record) =>
        $"{record.Owner} {record.TtlSeconds} {record.Type} {RdataText.Format(record.Type, record.Rdata.Span)}";
}
