using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Benchmarks.Live;

/// <summary>So many steered RRsets over a tenth as many policies, of which another one's first member changes health each time.</summary>
internal sealed class HealthSubject : ILiveSubject, IVerdictSource
{
    private readonly byte[] _expected = new byte[4];
    private readonly int _services;
    private int _changes;

    public HealthSubject(int rrsets)
    {
        _services = Math.Max(1, rrsets / 10);
        DataPlane.Publish(Compile(rrsets), this);
    }

    public DataPlane DataPlane { get; } = new(TimeProvider.System);

    public byte[] Query { get; private set; } = [];

    public ReadOnlySpan<byte> Expected => _expected;

    public void Change()
    {
        // All services go down one after the other, and then up again.
        int service = _changes % _services;
        bool isUp = _changes / _services % 2 == 1;
        _changes++;
        MemberVerdict verdict = new(isUp ? HealthState.Up : HealthState.Down, 0);
        DataPlane.UpdateVerdicts([new VerdictChange(new MemberKey($"first{service}", AddressOf(10, service)), verdict)]);
        Octets(isUp ? (byte)10 : (byte)11, service).CopyTo(_expected, 0);
        Query = SampleService.Query($"s{service}n0.example.com");
    }

    public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;

    private DataPlaneSnapshot Compile(int rrsets)
    {
        StringBuilder pools = new("monitors: {web: {type: tcp, port: 80}}\npools:\n");
        StringBuilder policies = new("policies:\n");
        for (int service = 0; service < _services; service++)
        {
            pools.Append(CultureInfo.InvariantCulture, $"  first{service}: {{monitor: web, members: [{{address: {AddressOf(10, service)}}}]}}\n");
            pools.Append(CultureInfo.InvariantCulture, $"  second{service}: {{monitor: web, members: [{{address: {AddressOf(11, service)}}}]}}\n");
            policies.Append(CultureInfo.InvariantCulture, $"  s{service}: {{failover: [first{service}, second{service}]}}\n");
        }
        StringBuilder zone = new("zones:\n  example.com:\n    soa: {primary: ns1, contact: hostmaster@example.com}\n    records:\n");
        zone.Append("      \"@\": {NS: [ns1]}\n      ns1: {A: 192.0.2.53}\n");
        for (int i = 0; i < rrsets; i++)
        {
            zone.Append(CultureInfo.InvariantCulture, $"      s{i % _services}n{i / _services}: {{A: {{steer: s{i % _services}}}}}\n");
        }
        const string Name = "flip.yaml";
        MemoryConfigurationFiles files = new(
            ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
                .Add(Name, Encoding.UTF8.GetBytes($"{pools}{policies}{zone}")),
            Name);
        LoadResult loaded = new ConfigurationLoader(files, ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(Name);
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) =
            new ConfigurationCompiler(PlaceDatabaseCache.CreateDefault()).Compile(loaded, revision, null);
        return snapshot ?? throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static byte[] Octets(byte first, int service) => [first, (byte)(service >> 16), (byte)(service >> 8), (byte)service];

    private static string AddressOf(byte first, int service) => string.Join('.', Octets(first, service));
}
