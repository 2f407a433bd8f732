using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;
using static Meridian.Engine.Tests.Support.ModelBuilder;

namespace Meridian.Engine.Tests.Views;

/// <summary>How many questions come from each view.</summary>
[Collection(AllocationCollection.Name)]
public sealed class ViewQueriesTests
{
    private const uint Inside = 0x0A01_0203;
    private const uint Outside = 0xC000_0201;

    private readonly ViewQueries _views = new();

    [Fact]
    public void Sum_QuestionsOfSeveralThreads_AreCountedByView()
    {
        DataPlane dataPlane = Builder("inside").Serve();
        QueryAnswerer first = Answerer(dataPlane);
        QueryAnswerer second = Answerer(dataPlane);
        Ask(first, Inside, 3);
        Ask(second, Inside, 2);
        Ask(second, Outside, 4);
        Assert.Equal([("", 4), ("inside", 5), ("lab", 0)], Sums());
    }

    [Fact]
    public void Sum_NoZoneNamesAView_CountsNothing()
    {
        QueryAnswerer answerer = Answerer(new ModelBuilder().View("inside", "10.0.0.0/8")
            .Zone("example.com.", Records("www", "example.com.", RecordType.A, "203.0.113.1")).Serve());
        Ask(answerer, Inside, 3);
        Assert.All(Sums(), sum => Assert.Equal(0, sum.Count));
    }

    [Fact]
    public void Sum_OtherViewsAreServed_KeepsThoseThatStay()
    {
        DataPlane dataPlane = Builder("inside").Serve();
        QueryAnswerer answerer = Answerer(dataPlane);
        Ask(answerer, Inside, 3);
        // 'lab' comes first now: views have other numbers.
        Publish(dataPlane, Builder("zone-inside"));
        Ask(answerer, Inside, 2);
        Ask(answerer, Outside, 1);
        Assert.Equal([("", 1), ("inside", 3), ("lab", 0), ("zone-inside", 2)], Sums());
        Publish(dataPlane, Builder("inside"));
        Ask(answerer, Inside, 4);
        Assert.Equal([("", 1), ("inside", 7), ("lab", 0), ("zone-inside", 2)], Sums());
    }

    [Fact]
    public void Sum_ViewIsGone_GoesOnCountingIt()
    {
        DataPlane dataPlane = Builder("v0").Serve();
        QueryAnswerer answerer = Answerer(dataPlane);
        AskOneViewAfterAnother(dataPlane, answerer, 3);
        Assert.Equal([("", 3), ("lab", 0), ("v1", 1), ("v2", 1), ("v3", 1)], Sums());
    }

    [Fact]
    public void Sum_HundredsOfViewsAreGone_ForgetsThemAndNotWhatIsServed()
    {
        const int Views = ViewQueryCounter.MaxGone + 4;
        DataPlane dataPlane = Builder("v0").Serve();
        QueryAnswerer answerer = Answerer(dataPlane);
        AskOneViewAfterAnother(dataPlane, answerer, Views);
        (string View, long Count)[] sums = [.. Sums()];
        Assert.InRange(sums.Length, 3, 8);
        Assert.Contains(("", Views), sums);
        Assert.Contains(($"v{Views}", 1), sums);
    }

    [Fact]
    public void Answer_TwoSetsOfViewsByTurns_AllocatesNothing()
    {
        // As while a change of views is staged.
        DataPlane current = Builder("inside").Serve();
        DataPlane candidate = Builder("office").Serve();
        ViewQueryCounter counter = _views.Add();
        QueryAnswerer first = new(current, new AnswerLimits()) { Views = counter };
        QueryAnswerer second = new(candidate, new AnswerLimits()) { Views = counter };
        byte[] query = TestClient.Query("www.example.com.", RecordType.A);
        Turns(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turns(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([("", 0), ("inside", 1100), ("lab", 0), ("office", 1100)], Sums());

        void Turns(int count)
        {
            Span<byte> response = stackalloc byte[1024];
            ClientInfo client = new(ClientAddress.FromIPv4(Inside), 4711, Transport.Udp, 1_700_000_000);
            for (int i = 0; i < count; i++)
            {
                first.Answer(query, client, response);
                second.Answer(query, client, response);
            }
        }
    }

    private static ModelBuilder Builder(string name) => new ModelBuilder().View(name, "10.0.0.0/8").View("lab", "10.9.0.0/16")
        .ZoneOf("example.com@in", [name], Records("www", "example.com.", RecordType.A, "192.0.2.1"))
        .Zone("example.com.", Records("www", "example.com.", RecordType.A, "203.0.113.1"));

    private static void Publish(DataPlane dataPlane, ModelBuilder builder) => dataPlane.Publish(builder.Compile(), builder.Verdicts);

    private static void Ask(QueryAnswerer answerer, uint source, int count)
    {
        byte[] query = TestClient.Query("www.example.com.", RecordType.A);
        ClientInfo client = new(ClientAddress.FromIPv4(source), 4711, Transport.Udp, 1_700_000_000);
        for (int i = 0; i < count; i++)
        {
            answerer.Answer(query, client, new byte[1024]);
        }
    }

    private static void AskOneViewAfterAnother(DataPlane dataPlane, QueryAnswerer answerer, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            Publish(dataPlane, Builder($"v{i}"));
            Ask(answerer, Inside, 1);
            Ask(answerer, Outside, 1);
        }
    }

    private QueryAnswerer Answerer(DataPlane dataPlane) => new(dataPlane, new AnswerLimits()) { Views = _views.Add() };

    private IEnumerable<(string View, long Count)> Sums() => _views.Sum().Select(pair => (pair.Key, pair.Value));
}
