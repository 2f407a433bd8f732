using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Host.Serving;

/// <summary>
/// Answers queries of its own for the first second after a start, into the void, so that the compiler optimises the
/// answering code then and not on the back of the first million real queries: until it has, an answer costs several times
/// as much, and the compiler competes with the threads that answer. Nothing is sent or counted.
/// </summary>
internal static class Rehearsal
{
    // Each tier of compilation is entered after 30 calls and a pause of 100 ms without new code; there are three tiers,
    // and the pauses leave the cores to real queries.
    private const int Rounds = 12;
    private const int AnswersPerRound = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    // Zones and names looked at to find one of each kind.
    private const int MaxZones = 8;
    private const int MaxNamesPerZone = 16;

    // 8.8.8.8, and the network 8.8.8.0/24 as IPv4 (1) in a client-subnet option.
    private static readonly ClientAddress Client = ClientAddress.FromIPv4(0x0808_0808);
    private static readonly ClientSubnet Subnet = new(1, 24, 0, 0x0808_0800_0000_0000, 0);

    /// <summary>Rehearses until the code is as fast as it will be, or until cancelled.</summary>
    /// <param name="dataPlane">What is served.</param>
    /// <param name="limits">As the real answerers have.</param>
    /// <param name="time">For the pauses.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(DataPlane dataPlane, AnswerLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        if (dataPlane.Snapshot is not { } snapshot)
        {
            return;
        }
        // The start comes first, with all that follows it at once.
        await Task.Delay(Pause, time, cancellationToken);
        byte[][] queries = [.. QueriesOf(snapshot)];
        QueryAnswerer answerer = new(dataPlane, limits) { Volume = new ClientVolumes { IsObserving = true }.Add() };
        byte[] buffer = new byte[ushort.MaxValue];
        for (int round = 0; round < Rounds; round++)
        {
            long now = time.GetUtcNow().ToUnixTimeSeconds();
            for (int i = 0; i < AnswersPerRound; i++)
            {
                byte[] query = queries[i % queries.Length];
                query.CopyTo(buffer, 0);
                answerer.Answer(buffer.AsSpan(0, query.Length), new ClientInfo(Client, 53, Transport.Udp, now), buffer);
            }
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static IEnumerable<byte[]> QueriesOf(DataPlaneSnapshot snapshot)
    {
        foreach (QueryBuilder query in snapshot.Model.Zones.Values.Take(MaxZones).SelectMany(QuestionsOf))
        {
            yield return query.Build();
            yield return (query with { UdpPayloadSize = 1232 }).Build();
            yield return (query with { ClientSubnet = Subnet, Cookie = new byte[8] }).Build();
        }
        yield return new QueryBuilder("not.served.invalid.", RecordType.A).Build();
    }

    private static IEnumerable<QueryBuilder> QuestionsOf(ZoneModel zone)
    {
        IEnumerable<RRsetModel> steered = zone.RRsets.Kept.Where(rrset => rrset.Steering is not null).Take(MaxNamesPerZone);
        foreach (RRsetModel rrset in steered.Concat(zone.RRsets.Take(MaxNamesPerZone)))
        {
            yield return new QueryBuilder(rrset.Owner.ToString(), rrset.Type);
        }
        yield return new QueryBuilder(zone.Apex.ToString(), RecordType.SOA);
        yield return new QueryBuilder($"no-such-name-{zone.RRsets.Length}.{zone.Apex}".Replace("..", ".", StringComparison.Ordinal), RecordType.A);
    }
}
