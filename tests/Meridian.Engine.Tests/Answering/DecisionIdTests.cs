using System.Net;
using System.Text;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Ids of decisions: who is told them, and that they hold all that is needed to decide anew.</summary>
[Collection(AllocationCollection.Name)]
public sealed class DecisionIdTests
{
    private const string Prefix = "explain --id ";

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.0.0.1", "193.0.6.0/24")]
    [InlineData("::1", "2001:db8:1200::/40")]
    public void Id_OfAnAnswer_GivesTheSameOctetsAgain(string source, string? subnet)
    {
        DataPlane dataPlane = Serve();
        byte[] query = Asking("www.example.com.", subnet, 4711);
        TestResponse response = new TestClient(dataPlane).Ask(query, source, 5353, 1_800_000_123);
        Assert.True(DecisionId.TryParse(IdOf(response), out DecisionId? id));
        Assert.Equal(query, id.ToQuery(Assert.IsType<Meridian.Dns.Names.DomainName>(id.Name).ToString()));
        Assert.Equal(new ClientInfo(ClientAddress.FromIPAddress(IPAddress.Parse(source)), 5353, Transport.Udp, 1_800_000_123), id.Client);
        Assert.Equal(dataPlane.Stamp, id.Stamp);
        TestResponse again = new TestClient(dataPlane).Ask(id.ToQuery("www.example.com."), source, id.Client.Port, id.Client.UnixSeconds);
        Assert.Equal(response.Octets, again.Octets);
    }

    [Fact]
    public void Id_NotAskedForOrNotAllowed_IsNotTold()
    {
        DataPlane dataPlane = Serve();
        Assert.Null(new TestClient(dataPlane).Ask("www.example.com.", RecordType.A).ExtendedError);
        Assert.Null(new TestClient(dataPlane).Ask(Asking("www.example.com.", null, 1), "192.0.2.1").ExtendedError);
    }

    [Fact]
    public void Id_LongName_IsLeftOutAndHasToBeGiven()
    {
        string name = $"{new string('a', 60)}.{new string('b', 60)}.wild.example.com.";
        TestResponse response = new TestClient(Serve()).Ask(Asking(name, null, 1), "127.0.0.1");
        Assert.True(DecisionId.TryParse(IdOf(response), out DecisionId? id));
        Assert.Null(id.Name);
        Assert.Equal(Asking(name, null, 1), id.ToQuery(name));
    }

    [Fact]
    public void TryParse_OneCharacterWrong_IsRefused()
    {
        string text = IdOf(new TestClient(Serve()).Ask(Asking("www.example.com.", "193.0.6.0/24", 1), "127.0.0.1"));
        int accepted = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string wrong = text[..i] + (text[i] == 'a' ? 'b' : 'a') + text[(i + 1)..];
            accepted += DecisionId.TryParse(wrong, out _) ? 1 : 0;
            Assert.False(DecisionId.TryParse(text[..i], out DecisionId? cut) && cut.Name is not null && cut.Name.ToString() == "www.example.com.");
        }
        // The check is one octet: of a hundred mistakes about one may pass.
        Assert.InRange(accepted, 0, 3);
    }

    [Fact]
    public void Text_SteeredTxt_TellsPolicyPoolAndIdWithoutATtl()
    {
        DataPlane dataPlane = Serve();
        TestResponse response = new TestClient(dataPlane).Ask("why.example.com.", RecordType.TXT, "193.0.6.0/24");
        MessageRecord record = Assert.Single(response.Message.Answer);
        Assert.Equal(0u, record.TtlSeconds);
        string text = RdataText.Format(record.Type, record.Rdata.Span);
        Assert.Matches("^\"policy=p\" \"pool=(eu|us)\" \"id=[0-9a-v]+\"$", text);
        Assert.True(DecisionId.TryParse(text.Split("id=")[1].TrimEnd('"'), out DecisionId? id));
        Assert.Equal(RecordType.TXT, id.Type);
    }

    [Fact]
    public void Asking_ManyTimes_AllocatesNothing()
    {
        DataPlane dataPlane = Serve();
        QueryAnswerer answerer = new(dataPlane, new AnswerLimits());
        byte[] query = Asking("www.example.com.", "193.0.6.0/24", 1);
        byte[] text = TestClient.Query("why.example.com.", RecordType.TXT, "193.0.6.0/24");
        byte[] response = new byte[4096];
        ClientInfo client = new(ClientAddress.FromIPv4(0x7F000001), 4711, Transport.Udp, 1_800_000_000);
        for (int i = 0; i < 1000; i++)
        {
            answerer.Answer(query, client, response);
            answerer.Answer(text, client, response);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            answerer.Answer(query, client, response);
            answerer.Answer(text, client, response);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string IdOf(TestResponse response)
    {
        string text = Encoding.UTF8.GetString(Assert.IsType<byte[]>(response.Option(EdnsOptionCode.ExtendedError))[2..]);
        Assert.StartsWith(Prefix, text, StringComparison.Ordinal);
        return text[Prefix.Length..];
    }

    private static byte[] Asking(string name, string? subnet, ushort id)
    {
        ClientSubnet? network = subnet is not null && ClientSubnet.TryScan(subnet, out ClientSubnet scanned) ? scanned : null;
        return new QueryBuilder(name, RecordType.A)
        {
            Id = id,
            UdpPayloadSize = 1400,
            ClientSubnet = network,
            Options = [new EdnsOption(EdnsOptionCode.ExtendedError, default)],
        }.Build();
    }

    private static DataPlane Serve() => new ModelBuilder().Pool("eu", "192.0.2.1", "192.0.2.2").Pool("us", "192.0.2.3")
        .Policy("p", new WeightedNode([new(new PoolNode("eu"), 3), new(new PoolNode("us"), 1)], false))
        .Zone("example.com.",
            ModelBuilder.Steered("www", "example.com.", RecordType.A, "p"),
            ModelBuilder.Steered("why", "example.com.", RecordType.TXT, "p"),
            ModelBuilder.Steered("*.wild", "example.com.", RecordType.A, "p"))
        .Serve();
}
