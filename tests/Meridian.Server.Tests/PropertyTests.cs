using FsCheck;
using FsCheck.Fluent;
using Meridian.Server.Metrics;
using Meridian.Server.Tcp;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

public sealed class PropertyTests
{
    [Fact]
    public void QTypeBuckets_AnyOctets_GiveABucket() =>
        Prop.ForAll<byte[]>(static octets => QTypeBuckets.Of(octets) is >= 0 and var bucket && bucket < QTypeBuckets.Count)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, "A")]
    [InlineData(2, "NS")]
    [InlineData(5, "CNAME")]
    [InlineData(6, "SOA")]
    [InlineData(12, "PTR")]
    [InlineData(15, "MX")]
    [InlineData(16, "TXT")]
    [InlineData(28, "AAAA")]
    [InlineData(33, "SRV")]
    [InlineData(43, "DS")]
    [InlineData(48, "DNSKEY")]
    [InlineData(64, "SVCB")]
    [InlineData(65, "HTTPS")]
    [InlineData(251, "IXFR")]
    [InlineData(252, "AXFR")]
    [InlineData(255, "ANY")]
    [InlineData(257, "CAA")]
    [InlineData(1000, "other")]
    public void QTypeBuckets_EveryNamedType_HasItsOwn(ushort type, string name) =>
        Assert.Equal(name, QTypeBuckets.Names[QTypeBuckets.Of(Queries.Query(1, "www", type))]);

    [Fact]
    public void QTypeBuckets_EveryShorteningOfAQuery_IsMalformed()
    {
        byte[] query = Queries.Query(1, "www");

        // QTYPE ends two octets before the end, where QCLASS stands.
        for (int length = 0; length < query.Length - 2; length++)
        {
            Assert.Equal(QTypeBuckets.Malformed, QTypeBuckets.Of(query.AsSpan(0, length)));
        }
    }

    [Fact]
    public void BufferPool_AnySequence_KeepsItsAccountAndItsLimit()
    {
        const long Limit = 1 << 20;
        Prop.ForAll<int[]>(static sizes =>
        {
            BufferPool pool = new(Limit);
            List<byte[]> lent = [];
            foreach (int size in sizes)
            {
                int wanted = (Math.Abs(size % 200) * 1000) + 1;
                if (size < 0 && lent.Count > 0)
                {
                    pool.Return(lent[^1]);
                    lent.RemoveAt(lent.Count - 1);
                }
                else if (pool.TryRent(wanted) is { } buffer)
                {
                    Assert.True(buffer.Length >= wanted);
                    Assert.DoesNotContain(lent, other => ReferenceEquals(other, buffer));
                    lent.Add(buffer);
                }
                else
                {
                    Assert.True(lent.Sum(static b => (long)b.Length) + wanted > Limit / 2);
                }

                Assert.InRange(pool.Octets, lent.Sum(static b => (long)b.Length), Limit);
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ConnectionQueue_AnySequence_IsFirstInFirstOut() =>
        Prop.ForAll<int[]>(static moves =>
        {
            ConnectionQueue queue = new();
            List<TcpConnection> expected = [];
            TcpConnection[] all = [.. Enumerable.Range(0, 8).Select(static slot => new TcpConnection { Slot = slot })];
            foreach (int move in moves)
            {
                TcpConnection connection = all[move & 7];
                if (expected.Remove(connection))
                {
                    queue.Remove(connection);
                }
                else
                {
                    queue.Append(connection);
                    expected.Add(connection);
                }

                List<TcpConnection> actual = [];
                for (TcpConnection? next = queue.First; next is not null; next = next.Next)
                {
                    actual.Add(next);
                }

                Assert.Equal(expected, actual);
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task TcpStream_CutAnywhere_IsAnsweredAsOneWrite()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        Random random = new(20_261_120);
        for (int round = 0; round < 60; round++)
        {
            byte[][] queries = [.. Enumerable.Range(0, random.Next(1, 12)).Select(id =>
                Queries.Padded((ushort)id, "www", random.Next(8) == 0 ? random.Next(12_000, 65_535) : random.Next(21, 600)))];
            byte[] frames = Queries.Framed(queries);
            Task sending = Task.Run(
                () =>
                {
                    for (int offset = 0; offset < frames.Length;)
                    {
                        int length = Math.Min(random.Next(3) == 0 ? 1 : random.Next(1, 20_000), frames.Length - offset);
                        client.SendRaw(frames.AsSpan(offset, length));
                        offset += length;
                    }
                },
                TestContext.Current.CancellationToken);
            foreach (byte[] query in queries)
            {
                Assert.Equal(Queries.EchoOf(query), client.Receive());
            }

            await sending;
        }
    }

    [Fact]
    public async Task TcpStream_TwoThreads_ShareThePort()
    {
        await using TestServer server = TestServer.Start(
            TestServer.OptionsFor(System.Net.IPAddress.Loopback) with { TcpThreads = 2 });
        for (ushort id = 0; id < 60; id++)
        {
            using TcpDnsClient client = server.ConnectTcp();
            Assert.Equal(id, Queries.Id(client.Exchange(Queries.Query(id, "www"))));
        }

        Assert.Equal(60, server.Report.Connections.Accepted);
    }
}
