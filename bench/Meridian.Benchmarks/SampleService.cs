using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Benchmarks;

/// <summary>A configuration as an operator writes it, served from memory, and queries for it.</summary>
internal static class SampleService
{
    /// <summary>Static names in the zone: enough that they do not all fit the caches of a core.</summary>
    public const int StaticNames = 10_000;

    private const int NetworkCount = 512;

    // `www` goes through five nodes: geo, failover, weighted, another policy's failover, and the pool that picks 2 of 3.
    private const string Configuration =
        """
        sites: {eu: {near: "aws:eu-west-1"}, us: {near: "aws:us-east-1"}}
        pools:
          web-eu:
            site: eu
            answer: {pick: 2, by: weight}
            members: [{address: 203.0.113.10, weight: 3}, {address: 203.0.113.11}, {address: 203.0.113.12}]
          web-us: {site: us, members: [{address: 198.51.100.20}, {address: 198.51.100.21}]}
        policies:
          inner: {failover: [web-eu, web-us]}
          www:
            ttl: 60s
            geo:
              EU: {failover: [{weighted: {inner: 95, web-us: 5}}, web-us]}
              default: {weighted: {web-us: 3, web-eu: 1}}
          fair:
            ttl: 60s
            geo:
              EU: {failover: [{weighted: {inner: 95, web-us: 5}, assign: by-resolver}, web-us]}
              default: {weighted: {web-us: 3, web-eu: 1}, assign: by-resolver}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              fair: {A: {steer: fair}}
              "*.wild": {A: 192.0.2.7}
              child: {NS: [ns.child]}
              ns.child: {A: 192.0.2.54}
              alias: {CNAME: host5000}

        """;

    /// <summary>Compiles the configuration with the built-in location database.</summary>
    /// <param name="answering">The section `answering`, if it is not all defaults, and others.</param>
    /// <param name="zones">More zones, as entries of `zones`.</param>
    public static DataPlaneSnapshot Compile(string answering = "", string zones = "")
    {
        StringBuilder text = new(answering + Configuration);
        for (int host = 0; host < StaticNames; host++)
        {
            text.Append("      host").Append(host).Append(": {A: 10.0.").Append(host >> 8).Append('.').Append(host & 255).Append("}\n");
        }

        text.Append(zones);
        const string Name = "bench.yaml";
        byte[] octets = Encoding.UTF8.GetBytes(text.ToString());
        MemoryConfigurationFiles files = new(
            ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal).Add(Name, octets), Name);
        LoadResult loaded = new ConfigurationLoader(files, ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(Name);
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) =
            new ConfigurationCompiler(PlaceDatabaseCache.CreateDefault()).Compile(loaded, revision, null);
        return snapshot ?? throw new InvalidOperationException(string.Join('\n', errors));
    }

    /// <summary>The networks that clients of the steered names are in.</summary>
    public static IEnumerable<IPAddress> ClientNetworks() =>
        Enumerable.Range(0, NetworkCount).Select(i => new IPAddress([193, (byte)i, (byte)(i >> 8), 0]));

    /// <summary>Serves it with every member up, and every client network assigned.</summary>
    /// <param name="answering">The section `answering`, if it is not all defaults, and others.</param>
    /// <param name="zones">More zones, as entries of `zones`.</param>
    public static DataPlane Serve(string answering = "", string zones = "")
    {
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Compile(answering, zones), new AllUp());
        dataPlane.UpdateAssignments(AssignmentPlanner.Plan(dataPlane, ClientNetworks().Select(
            (network, i) => new ObservedDemand(ClientAddress.FromIPAddress(network), "fair", 1.0 / (i + 1)))).Assignments);
        return dataPlane;
    }

    /// <summary>A query message.</summary>
    /// <param name="name">QNAME.</param>
    /// <param name="type">QTYPE.</param>
    /// <param name="edns">With an OPT record.</param>
    /// <param name="subnet">An IPv4 /24 in its client-subnet option.</param>
    /// <param name="cookie">What its cookie option has; that of the client alone, or the whole.</param>
    public static byte[] Query(string name, RecordType type = RecordType.A, bool edns = false, IPAddress? subnet = null, byte[]? cookie = null)
    {
        using MemoryStream message = new();
        message.Write([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, (byte)(edns ? 1 : 0)]);
        foreach (string label in name.Split('.'))
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        Span<byte> fixedPart = stackalloc byte[5];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart[1..], (ushort)type);
        fixedPart[4] = 1;
        message.Write(fixedPart);
        if (edns)
        {
            int options = (subnet is null ? 0 : 11) + (cookie is null ? 0 : 4 + cookie.Length);
            message.Write([0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, (byte)options]);
        }

        if (edns && subnet is not null)
        {
            message.Write([0, 8, 0, 7, 0, 1, 24, 0, .. subnet.GetAddressBytes()[..3]]);
        }

        if (edns && cookie is not null)
        {
            message.Write([0, 10, 0, (byte)cookie.Length, .. cookie]);
        }

        return message.ToArray();
    }

    private sealed class AllUp : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;
    }
}
