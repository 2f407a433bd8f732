using Meridian.Engine.Answering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Invariant 2: no path of the data plane allocates.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Answer_EveryPath_AllocatesNothing()
    {
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits());
        byte[] response = new byte[4096];
        byte[][] queries = [.. SampleZone.Queries, [1, 2, 3], [.. new byte[12]], [.. Enumerable.Repeat((byte)0xFF, 40)]];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        AskAll(answerer, queries, client, response, 50);

        for (int i = 0; i < queries.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            AskAll(answerer, queries.AsSpan(i, 1), client, response, 2000);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"query {i} allocated {allocated} octets in 2000 answers");
        }
    }

    [Fact]
    public void Answer_InPlace_AllocatesNothing()
    {
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits());
        byte[] buffer = new byte[4096];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, 1_700_000_000);
        long allocated = 0;
        foreach (byte[] query in SampleZone.Queries)
        {
            for (int i = 0; i < 100; i++)
            {
                query.CopyTo(buffer, 0);
                long before = GC.GetAllocatedBytesForCurrentThread();
                answerer.Answer(buffer.AsSpan(0, query.Length), client, buffer);
                allocated += i < 10 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        Assert.Equal(0, allocated);
    }

    private static void AskAll(QueryAnswerer answerer, ReadOnlySpan<byte[]> queries, in ClientInfo client, byte[] response, int times)
    {
        for (int i = 0; i < times; i++)
        {
            foreach (byte[] query in queries)
            {
                answerer.Answer(query, client with { Port = (ushort)i }, response);
            }
        }
    }
}
