using System.Globalization;
using BenchmarkDotNet.Attributes;
using Meridian.Engine.Answering;

namespace Meridian.Benchmarks;

/// <summary>
/// What views cost: the static question of <see cref="AnswerBenchmarks.Static"/> where a thousand networks are in a hundred views and each
/// view has a zone of its own, from a client of one of them and from one of none.
/// </summary>
public class ViewBenchmarks
{
    private const int Queries = 512;
    private const int Views = 100;
    private const int NetworksEach = 10;

    // 10.0.0.0/8, of which each view has ten networks of /24; and a network of nobody.
    private const uint Inside = 0x0A00_0007;
    private const uint Outside = 0xC100_0600;

    private readonly byte[] _buffer = GC.AllocateArray<byte>(4096, pinned: true);
    private readonly QueryAnswerer _answerer = new(SampleService.Serve(ViewsText(), ZonesText()), new AnswerLimits());
    private readonly byte[][] _everybodys = [.. Enumerable.Range(0, Queries).Select(static i => SampleService.Query($"host{i * 19}.example.com"))];
    private readonly byte[][] _own = [.. Enumerable.Range(0, Queries).Select(static _ => SampleService.Query("www.corp.example.com"))];
    private int _next;

    [GlobalSetup]
    public void CheckAnswers()
    {
        for (int i = 0; i < Queries; i++)
        {
            Expect(Answer(_everybodys, Outside), AnswerKind.Positive);
            Expect(Answer(_everybodys, Inside), AnswerKind.Positive);
            Expect(Answer(_own, Inside), AnswerKind.Positive);
            Expect(Answer(_own, Outside), AnswerKind.NxDomain);
        }
    }

    [Benchmark]
    public int OfNoView() => Answer(_everybodys, Outside).Length;

    [Benchmark]
    public int OfAViewPublicZone() => Answer(_everybodys, Inside).Length;

    [Benchmark]
    public int OfAViewItsZone() => Answer(_own, Inside).Length;

    private static string ViewsText() => "views:\n" + string.Concat(Enumerable.Range(0, Views).Select(view =>
        string.Create(CultureInfo.InvariantCulture, $"  v{view}: {{networks: [{string.Join(", ", Enumerable.Range(0, NetworksEach).Select(i => $"10.{i}.{view}.0/24"))}]}}\n")));

    private static string ZonesText() => string.Concat(Enumerable.Range(0, Views).Select(view => string.Create(
        CultureInfo.InvariantCulture,
        $"  corp.example.com@v{view}: {{views: [v{view}], soa: {{primary: ns1.example.com., contact: hostmaster@example.com}}, records: {{\"@\": {{NS: [ns1.example.com.]}}, www: {{A: 10.0.{view}.1}}}}}}\n")));

    private AnswerResult Answer(byte[][] queries, uint network)
    {
        byte[] query = queries[_next++ & (Queries - 1)];
        query.CopyTo(_buffer, 0);
        // Inside, the third octet is the view.
        uint client = network == Inside ? network + ((uint)(_next % Views) << 8) : network + (uint)_next;
        ClientInfo info = new(ClientAddress.FromIPv4(client), (ushort)_next, Transport.Udp, 1_800_000_000);
        return _answerer.Answer(_buffer.AsSpan(0, query.Length), info, _buffer);
    }

    private static void Expect(AnswerResult result, AnswerKind kind)
    {
        if (result.Kind != kind)
        {
            throw new InvalidOperationException($"A query is answered with {result.Rcode}, {result.Kind}; the benchmark is about {kind}.");
        }
    }
}
