using System.Net;
using BenchmarkDotNet.Attributes;
using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Benchmarks;

/// <summary>The whole seam, as transports call it: in place, over a pool of queries so that names and clients vary.</summary>
public class AnswerBenchmarks
{
    private const int Queries = 512;

    private readonly byte[] _buffer = GC.AllocateArray<byte>(4096, pinned: true);
    private readonly QueryAnswerer _answerer = new(SampleService.Serve(), new AnswerLimits());
    private readonly QueryAnswerer _observed = new(SampleService.Serve(), new AnswerLimits())
    {
        Volume = new ClientVolumes { IsObserving = true }.Add(),
    };
    private readonly byte[][] _static = Make(static i => SampleService.Query($"host{i * 19}.example.com"));
    private readonly byte[][] _staticEdns = Make(static i => SampleService.Query($"host{i * 19}.example.com", edns: true));
    private readonly byte[][] _noSuchName = Make(static i => SampleService.Query($"nohost{i}.example.com"));
    private readonly byte[][] _noData = Make(static i => SampleService.Query($"host{i * 19}.example.com", RecordType.MX));
    private readonly byte[][] _wildcard = Make(static i => SampleService.Query($"w{i}.wild.example.com"));
    private readonly byte[][] _referral = Make(static i => SampleService.Query($"h{i}.child.example.com"));
    private readonly byte[][] _chain = Make(static _ => SampleService.Query("alias.example.com"));
    private readonly byte[][] _refused = Make(static i => SampleService.Query($"www{i}.example.org"));
    private readonly byte[][] _steered = Make(static _ => SampleService.Query("www.example.com"));
    private readonly byte[][] _steeredEcs = Make(static i =>
        SampleService.Query("www.example.com", edns: true, subnet: new IPAddress([193, (byte)i, (byte)(i >> 8), 0])));
    private readonly byte[][] _assignedEcs = [.. SampleService.ClientNetworks().Select(
        static network => SampleService.Query("fair.example.com", edns: true, subnet: network))];

    private int _next;

    [GlobalSetup]
    public void CheckAnswers()
    {
        Expect(_static, Rcode.NoError, AnswerKind.Positive);
        Expect(_staticEdns, Rcode.NoError, AnswerKind.Positive);
        Expect(_noSuchName, Rcode.NXDomain, AnswerKind.NxDomain);
        Expect(_noData, Rcode.NoError, AnswerKind.NoData);
        Expect(_wildcard, Rcode.NoError, AnswerKind.Positive);
        Expect(_referral, Rcode.NoError, AnswerKind.Referral);
        Expect(_chain, Rcode.NoError, AnswerKind.CnameChain);
        Expect(_refused, Rcode.Refused, AnswerKind.Refused);
        Expect(_steered, Rcode.NoError, AnswerKind.Positive);
        Expect(_steeredEcs, Rcode.NoError, AnswerKind.Positive);
        Expect(_assignedEcs, Rcode.NoError, AnswerKind.Positive);
    }

    [Benchmark(Baseline = true)]
    public int Static() => Answer(_static);

    [Benchmark]
    public int StaticEdns() => Answer(_staticEdns);

    [Benchmark]
    public int NxDomain() => Answer(_noSuchName);

    [Benchmark]
    public int NoData() => Answer(_noData);

    [Benchmark]
    public int Wildcard() => Answer(_wildcard);

    [Benchmark]
    public int Referral() => Answer(_referral);

    [Benchmark]
    public int CnameChain() => Answer(_chain);

    [Benchmark]
    public int Refused() => Answer(_refused);

    [Benchmark]
    public int SteeredFiveNodes() => Answer(_steered);

    [Benchmark]
    public int SteeredFiveNodesClientSubnet() => Answer(_steeredEcs);

    [Benchmark]
    public int AssignedFiveNodesClientSubnet() => Answer(_assignedEcs);

    [Benchmark]
    public int SteeredFiveNodesClientSubnetObserved() => AnswerOne(_observed, _steeredEcs[_next++ & (Queries - 1)]).Length;

    private static byte[][] Make(Func<int, byte[]> make) => [.. Enumerable.Range(0, Queries).Select(make)];

    private int Answer(byte[][] queries) => AnswerOne(queries[_next++ & (Queries - 1)]).Length;

    private AnswerResult AnswerOne(byte[] query) => AnswerOne(_answerer, query);

    private AnswerResult AnswerOne(QueryAnswerer answerer, byte[] query)
    {
        query.CopyTo(_buffer, 0);
        ClientInfo client = new(ClientAddress.FromIPv4(0xC100_0600u + (uint)_next), (ushort)_next, Transport.Udp, 1_800_000_000);
        return answerer.Answer(_buffer.AsSpan(0, query.Length), client, _buffer);
    }

    private void Expect(byte[][] queries, Rcode rcode, AnswerKind kind)
    {
        foreach (byte[] query in queries)
        {
            AnswerResult result = AnswerOne(query);
            if (result.Rcode != rcode || result.Kind != kind)
            {
                throw new InvalidOperationException($"A query is answered with {result.Rcode}, {result.Kind}; the benchmark is about {rcode}, {kind}.");
            }
        }
    }
}
