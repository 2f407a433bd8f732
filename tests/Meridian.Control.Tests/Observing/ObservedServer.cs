using System.Buffers.Binary;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Control.Tests.Publishing;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Observing;

/// <summary>A served configuration that is asked through the seam, and observed, under a clock that the test moves.</summary>
internal sealed class ObservedServer : IDisposable
{
    /// <summary>Two pools, and a policy that splits between them; the records that it steers go behind it.</summary>
    public const string Split =
        """
        guard: {pool-minimum: false, clients: 100%, queries: 100%}
        sites: {eu: {}, us: {}}
        pools:
          eu: {site: eu, members: [{address: 192.0.2.1}]}
          us: {site: us, members: [{address: 198.51.100.1}]}
        policies:
          split: {ttl: 30s, weighted: {eu: 70, us: 30}}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}

        """;

    private readonly PublisherHarness _harness = new();
    private readonly ClientVolumes _volumes = new();
    private readonly QueryAnswerer _answerer;
    private readonly byte[] _response = new byte[4096];

    private ObservedServer()
    {
        _answerer = new QueryAnswerer(_harness.DataPlane, new AnswerLimits()) { Volume = _volumes.Add() };
        Propagation = new PropagationTracker(_harness.DataPlane, Time);
        Drift = new TtlDrift(Time, NullLogger<TtlDrift>.Instance);
        Observer = new PopulationObserver(_volumes, _harness.DataPlane, Propagation, Drift, Time);
        WhatIf = new WhatIf(Observer, _harness.DataPlane, Time);
    }

    public ManualTime Time { get; } = new(TestFiles.Now);

    public PublisherHarness Harness => _harness;

    public PopulationObserver Observer { get; }

    public PropagationTracker Propagation { get; }

    public TtlDrift Drift { get; }

    public WhatIf WhatIf { get; }

    public static async Task<ObservedServer> StartAsync(string yaml)
    {
        ObservedServer server = new();
        server._harness.Write(yaml);
        Assert.True(await server._harness.StartAsync(), string.Join('\n', server._harness.Publisher.Status.Errors));
        server.Observer.Fetch();
        return server;
    }

    /// <summary>Asks, and gives the address of the first record; null when there is none.</summary>
    /// <param name="name">What for.</param>
    /// <param name="resolver">The source address as a number.</param>
    /// <param name="subnet">A /24 to name, as a number; 0 names none.</param>
    /// <param name="id">The message id; part of the draw.</param>
    public string? Ask(string name, uint resolver, uint subnet = 0, ushort id = 1)
    {
        byte[] query = new QueryBuilder(name, RecordType.A)
        {
            UdpPayloadSize = 1232,
            ClientSubnet = subnet == 0 ? null : new ClientSubnet(1, 24, 0, (ulong)subnet << 32, 0),
        }.Build();
        BinaryPrimitives.WriteUInt16BigEndian(query, id);
        ClientInfo client = ClientInfo.At(ClientAddress.FromIPv4(resolver), (ushort)(1024 + id % 60_000), Transport.Udp, Time.GetUtcNow().ToUnixTimeMilliseconds());
        AnswerResult result = _answerer.Answer(query, client, _response);
        return Message.TryParse(_response.AsSpan(0, result.Length), out Message? message) == MessageParseStatus.Ok
            ? message!.Answer.Select(record => RdataText.Format(record.Type, record.Rdata.Span)).FirstOrDefault()
            : null;
    }

    public void Dispose()
    {
        Observer.Dispose();
        Propagation.Dispose();
        Drift.Dispose();
        _harness.Dispose();
    }
}
