using System.Net;
using BenchmarkDotNet.Attributes;
using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Answering.Cookies;

namespace Meridian.Benchmarks;

/// <summary>The seam with what protects it switched on: response rate limiting and cookies, alone and together.</summary>
public class ProtectionBenchmarks
{
    private const int Clients = 512;
    private const long Now = 1_800_000_000;
    private const int CookieOptionLength = 4 + 8 + 16; // Of its code and length, the client's half and the server's.

    private readonly byte[] _buffer = GC.AllocateArray<byte>(4096, pinned: true);
    private readonly QueryAnswerer _generous = Answerer("answering: {rate-limit: {positive: 1000000, negative: 1000000, error: 1000000}}\n");
    private readonly QueryAnswerer _strict = Answerer("answering: {rate-limit: {positive: 1, negative: 1, error: 1, slip: 2}}\n");
    private readonly byte[] _plain = SampleService.Query("host5000.example.com");
    private readonly byte[] _newCookie = SampleService.Query("host5000.example.com", edns: true, cookie: [1, 2, 3, 4, 5, 6, 7, 8]);
    private readonly byte[] _steered = SampleService.Query(
        "www.example.com", edns: true, subnet: IPAddress.Parse("193.0.6.0"), cookie: [1, 2, 3, 4, 5, 6, 7, 8]);
    private byte[][] _valid = [];
    private int _next;

    [GlobalSetup]
    public void CheckAnswers()
    {
        _valid = [.. Enumerable.Range(0, Clients).Select(WithCookieOf)];
        Expect(_generous, _plain, AnswerDisposition.Respond, times: 2 * Clients);
        Expect(_generous, _newCookie, AnswerDisposition.Respond, times: 1);
        Expect(_generous, _steered, AnswerDisposition.Respond, times: 1);
        for (int i = 0; i < 2 * Clients; i++)
        {
            // The first answer to each client is its budget for this second, which does not end here.
            Answer(_strict, _plain);
        }
        _next = 0;
        AnswerResult[] over = [.. Enumerable.Range(0, 100).Select(_ => Answer(_strict, _plain))];
        if (over.Count(result => result.Disposition == AnswerDisposition.Drop) != 50 || over.Count(result => (result.Flags & AnswerFlags.Slipped) != 0) != 50)
        {
            throw new InvalidOperationException("Over its budget, every second answer should be dropped and the others truncated.");
        }
        _next = 0;
        Expect(_strict, null, AnswerDisposition.Respond, times: 2 * Clients); // A valid cookie is answered whatever the budget is.
    }

    [Benchmark(Baseline = true)]
    public int WithinBudget() => Answer(_generous, _plain).Length;

    [Benchmark]
    public int OverBudget() => Answer(_strict, _plain).Length;

    [Benchmark]
    public int NewCookie() => Answer(_generous, _newCookie).Length;

    [Benchmark]
    public int ValidCookie() => Answer(_strict, null).Length;

    [Benchmark]
    public int SteeredFiveNodesClientSubnetNewCookieWithinBudget() => Answer(_generous, _steered).Length;

    private static QueryAnswerer Answerer(string answering)
    {
        byte[] secret = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        AnswerLimits limits = CookieSecret.TryCreate(secret, out CookieSecret own) ? new() { OwnCookieSecret = own } : throw new InvalidOperationException();
        return new QueryAnswerer(SampleService.Serve(answering), limits);
    }

    /// <summary>A query with the cookie that this client was given.</summary>
    private byte[] WithCookieOf(int client)
    {
        _next = client;
        AnswerResult result = Answer(_generous, _newCookie);
        byte[] cookie = _buffer[(result.Length - CookieOptionLength + 4)..result.Length];
        return SampleService.Query("host5000.example.com", RecordType.A, edns: true, cookie: cookie);
    }

    /// <param name="answerer">Answers.</param>
    /// <param name="query">Null for the client's own, with its cookie.</param>
    private AnswerResult Answer(QueryAnswerer answerer, byte[]? query)
    {
        int number = _next++ & (Clients - 1);
        query ??= _valid[number];
        query.CopyTo(_buffer, 0);
        // Each in a network of its own, or they would share a budget.
        ClientInfo client = new(ClientAddress.FromIPv4(0xC100_0600u + ((uint)number << 8)), (ushort)number, Transport.Udp, Now);
        return answerer.Answer(_buffer.AsSpan(0, query.Length), client, _buffer);
    }

    private void Expect(QueryAnswerer answerer, byte[]? query, AnswerDisposition disposition, int times)
    {
        for (int i = 0; i < times; i++)
        {
            AnswerResult result = Answer(answerer, query);
            if (result.Disposition != disposition || result.Rcode != Rcode.NoError || (result.Flags & AnswerFlags.Truncated) != 0)
            {
                throw new InvalidOperationException($"A query is answered with {result.Disposition}, {result.Rcode}, {result.Flags}; the benchmark is about {disposition}.");
            }
        }
    }
}
