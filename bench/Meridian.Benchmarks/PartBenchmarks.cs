using System.Collections.Immutable;
using System.Net;
using BenchmarkDotNet.Attributes;
using Meridian.Control.Publishing;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Zones;
using Meridian.Server.Xdp;

namespace Meridian.Benchmarks;

/// <summary>What an answer is made of, part by part.</summary>
public class PartBenchmarks
{
    private const int Samples = 512;

    private readonly byte[] _plain = SampleService.Query("host5000.example.com");
    private readonly byte[] _subnet = SampleService.Query("host5000.example.com", edns: true, subnet: IPAddress.Parse("193.0.6.0"));
    private readonly byte[] _lower = new byte[256];
    private readonly byte[] _labels = new byte[128];
    private readonly CompiledZone _zone = SampleService.Compile().Zones.Zones[0];
    private readonly byte[][] _names = [.. Enumerable.Range(0, Samples).Select(static i => NameOf($"host{i * 19}.example.com"))];
    private readonly byte[][] _absent = [.. Enumerable.Range(0, Samples).Select(static i => NameOf($"absent{i}.example.com"))];
    private readonly GeoMap _map;
    private readonly ClientAddress[] _ipv4;
    private readonly ClientAddress[] _ipv6;
    private readonly byte[] _frame = new byte[1600];
    private int _next;

    public PartBenchmarks()
    {
        PlaceDatabase database = PlaceDatabaseCache.CreateDefault().TryGet(new GeoModel(), out string? problem)
            ?? throw new InvalidOperationException(problem);
        // The finest partition there is: a class of its own for each country.
        _map = database.Compile([.. Enumerable.Range(0, database.Places.Length).Select(static place => (ushort)place)]);
        Random random = new(20_261_120);
        _ipv4 = [.. Enumerable.Range(0, Samples).Select(_ => ClientAddress.FromIPv4((uint)random.Next(1 << 24, int.MaxValue)))];
        _ipv6 = [.. Enumerable.Range(0, Samples).Select(_ => new ClientAddress(0x2000_0000_0000_0000 | ((ulong)random.NextInt64() >> 4), 1))];
        ImmutableArray<byte> headers =
        [
            2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
            0x45, 0, 0, (byte)(28 + _plain.Length), 0, 0, 0, 0, 64, 17, 0, 0, 198, 18, 0, 2, 198, 18, 0, 1,
            0x12, 0x34, 0, 53, 0, (byte)(8 + _plain.Length), 0, 0,
        ];
        headers.CopyTo(_frame);
        _plain.CopyTo(_frame, headers.Length);
    }

    [Benchmark]
    public bool ParseQuery() => QueryView.TryParse(_plain, out _) == QueryParseStatus.Ok;

    [Benchmark]
    public bool ParseQueryClientSubnet() => QueryView.TryParse(_subnet, out _) == QueryParseStatus.Ok;

    [Benchmark]
    public byte LowerName()
    {
        WireNames.ToLower(_plain.AsSpan(12, 22), _lower);
        return _lower[1];
    }

    [Benchmark]
    public int LookupName() => Lookup(_names[_next++ & (Samples - 1)]);

    [Benchmark]
    public int LookupAbsentName() => Lookup(_absent[_next++ & (Samples - 1)]);

    [Benchmark]
    public int GeoIPv4() => _map.Find(_ipv4[_next++ & (Samples - 1)], out _);

    [Benchmark]
    public int GeoIPv6() => _map.Find(_ipv6[_next++ & (Samples - 1)], out _);

    [Benchmark]
    public int FrameThereAndBack()
    {
        // Its answer is the next query: the frame goes back and forth.
        return FrameHeaders.TryParse(_frame, out FrameHeaders headers) ? AnswerFrame.Complete(_frame, headers, 96) : 0;
    }

    private static byte[] NameOf(string name) => [.. DomainName.Parse(name + ".").Wire];

    private int Lookup(byte[] name)
    {
        int count = WireNames.LabelOffsets(name, _labels);
        NameLookup.Find(_zone, name, NameHash.Compute(name), _labels.AsSpan(0, count), RecordType.A, out int node);
        return node;
    }
}
