using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Observing;
using Meridian.Engine.Tests.Support;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Tests.Observing;

/// <summary>What the answering threads note down beside their work.</summary>
[Collection(AllocationCollection.Name)]
public sealed class ObservingTests
{
    [Fact]
    public void WeightOf_BusySecond_SumIsTheNumberOfQueries()
    {
        const int Queries = 400_000;
        QuerySampling sampling = default;
        Assert.True(sampling.IsNewSecond(1));
        Random random = new(7);
        long sum = 0;
        int looked = 0;
        for (int i = 0; i < Queries; i++)
        {
            byte weight = sampling.WeightOf(ClientAddress.FromIPv4((uint)random.Next(50_000)));
            sum += weight;
            looked += weight > 0 ? 1 : 0;
        }
        Assert.InRange(sum, Queries * 0.97, Queries * 1.03);
        Assert.InRange(looked, 0, (Queries / QuerySampling.OneOf * 1.1) + 1024);
    }

    [Fact]
    public void WeightOf_QueriesInTurn_EveryTurnIsSeenAlike()
    {
        QuerySampling sampling = default;
        Assert.True(sampling.IsNewSecond(1));
        long[] byTurn = new long[4];
        for (int i = 0; i < 400_000; i++)
        {
            byTurn[i % 4] += sampling.WeightOf(ClientAddress.FromIPv4(9));
        }
        Assert.All(byTurn, sum => Assert.InRange(sum, 93_000, 107_000));
    }

    [Fact]
    public void WeightOf_QuietSecond_EveryQueryCounts()
    {
        QuerySampling sampling = default;
        for (int second = 1; second < 20; second++)
        {
            Assert.True(sampling.IsNewSecond(second));
            Assert.All(Enumerable.Range(0, 500), id => Assert.Equal(1, sampling.WeightOf(ClientAddress.FromIPv4(9))));
        }
    }

    [Fact]
    public void Ring_NobodyReads_LosesAndCounts()
    {
        SampleRing ring = new();
        for (int i = 0; i < SampleRing.Capacity + 10; i++)
        {
            ring.Write(new QuerySample { UnixSeconds = i, Weight = 64 });
        }
        Assert.Equal(640, ring.Lost);
        QuerySample[] read = new QuerySample[SampleRing.Capacity * 2];
        Assert.Equal(SampleRing.Capacity, ring.Read(read));
        Assert.Equal(SampleRing.Capacity - 1, read[SampleRing.Capacity - 1].UnixSeconds);
        ring.Write(new QuerySample { UnixSeconds = -1, Weight = 1 });
        Assert.Equal(1, ring.Read(read));
        Assert.Equal(-1, read[0].UnixSeconds);
    }

    [Fact]
    public void Answer_Observed_NotesNameAskerAnswerAndTtl()
    {
        ClientVolumes volumes = new() { IsObserving = true };
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits()) { Volume = volumes.Add() };
        byte[] query = new QueryBuilder("WWW.example.com.", RecordType.A)
        {
            UdpPayloadSize = 1232,
            ClientSubnet = new ClientSubnet(1, 24, 0, 0xC633_6400_0000_0000, 0),
        }.Build();
        byte[] buffer = new byte[4096];
        query.CopyTo(buffer, 0);
        ClientAddress resolver = ClientAddress.FromIPv4(0xC000_0201);
        AnswerResult result = answerer.Answer(buffer.AsSpan(0, query.Length), new ClientInfo(resolver, 53, Transport.Udp, 1000), buffer);
        Assert.Equal(AnswerKind.Positive, result.Kind);
        Message answer = Message.TryParse(buffer.AsSpan(0, result.Length), out Message? parsed) == MessageParseStatus.Ok ? parsed! : throw new InvalidOperationException();

        List<QuerySample> samples = [];
        volumes.Drain(new QuerySample[16], read => samples.AddRange(read));
        QuerySample sample = Assert.Single(samples);
        Assert.Equal((resolver, 1000, RecordType.A, (byte)1), (sample.Resolver, sample.UnixSeconds, sample.Type, sample.Weight));
        Assert.Equal((ClientAddress.FromIPv4(0xC633_6400), (byte)24), (sample.Subnet, sample.SubnetLength));
        Assert.Equal(answer.Answer[0].TtlSeconds, (uint)sample.Ttl);
        Assert.Equal(AnswerIdentity.OfData(answer.Answer[0].Rdata.Span), sample.Answer);
        Assert.Equal(NameHash.Compute(DomainName.Parse("www.example.com.").Wire), sample.NameHash);
    }

    [Fact]
    public void Answer_Observed_AllocatesNothing()
    {
        ClientVolumes volumes = new() { IsObserving = true };
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits()) { Volume = volumes.Add() };
        byte[] response = new byte[4096];
        byte[][] queries = [.. SampleZone.Queries];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        // As long as what is measured: the ways behind the budget of a second are to have been gone before.
        AskAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        AskAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void AskAll()
        {
            for (int i = 0; i < 500; i++)
            {
                foreach (byte[] query in queries)
                {
                    answerer.Answer(query, client, response);
                }
            }
        }
    }

    [Fact]
    public void Answer_NotObserving_KeepsNothing()
    {
        ClientVolumes volumes = new();
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits()) { Volume = volumes.Add() };
        byte[] response = new byte[4096];
        foreach (byte[] query in SampleZone.Queries)
        {
            answerer.Answer(query, new ClientInfo(ClientAddress.FromIPv4(1), 1, Transport.Udp, 1), response);
        }
        volumes.Drain(new QuerySample[16], _ => Assert.Fail("something was kept"));
    }
}
