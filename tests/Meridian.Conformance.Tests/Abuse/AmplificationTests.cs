using System.Globalization;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>No answer to somebody who may have forged the address is longer than the configuration says, whatever is asked.</summary>
public sealed class AmplificationTests(ITestOutputHelper output)
{
    private const int Factor = 8;
    private const int BatchLength = 4_000;

    // A client's half alone (RFC 7873 §4), and with a server's half that was never given: neither verifies anybody.
    private static readonly byte[] ClientCookie = [1, 2, 3, 4, 5, 6, 7, 8];
    private static readonly byte[] ForgedCookie = [.. ClientCookie, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact]
    public async Task Answers_ToUnverifiedSources_StayWithinTheConfiguredFactor()
    {
        byte[][] queries = [.. Queries()];
        (double unbounded, int _, string worst) = await MeasureAsync(queries, "");
        (double bounded, int answers, string limit) = await MeasureAsync(
            queries, string.Create(CultureInfo.InvariantCulture, $"answering: {{amplification: {Factor}, nsid: a-name-of-ordinary-length, version: '1', identity: fra}}"));
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            {queries.Length} questions to all names and types of {ZoneCollection.All.Length} zones, with every kind of EDNS option: {answers} answers
            without a bound the largest factor is {unbounded:F1} ({worst}); with amplification: {Factor} it is {bounded:F2} ({limit})
            """);
        output.WriteLine(text);
        Assert.True(unbounded > Factor, text);
        Assert.True(bounded <= Factor, text);
        Assert.Equal(queries.Length, answers);
    }

    private static async Task<(double Largest, int Answers, string Which)> MeasureAsync(byte[][] queries, string settings)
    {
        await using ServerSubject server = await ServerSubject.StartAsync(
            SubjectKind.Meridian, ZoneCollection.All, place => MeridianSetup.Create(place, settings), TestContext.Current.CancellationToken);
        using PipelinedClient client = new(server.Endpoint);
        (double Largest, int Answers, string Which) result = (0, 0, "");
        foreach (byte[][] batch in queries.Chunk(BatchLength))
        {
            for (int id = 0; id < batch.Length; id++)
            {
                batch[id][0] = (byte)(id >> 8);
                batch[id][1] = (byte)id;
            }
            byte[]?[] answers = client.Ask([.. batch.Select(query => (ReadOnlyMemory<byte>)query)]);
            for (int id = 0; id < batch.Length; id++)
            {
                if (answers[id] is not { } answer)
                {
                    continue;
                }
                result.Answers++;
                double factor = (double)answer.Length / batch[id].Length;
                if (factor > result.Largest)
                {
                    QueryView.TryParse(batch[id], out QueryView view);
                    result = (factor, result.Answers, $"{NameOf(view.QName)} {view.QType.ToMnemonic()}, {batch[id].Length} octets asked, {answer.Length} answered");
                }
            }
        }
        return result;
    }

    private static string NameOf(ReadOnlySpan<byte> wire) =>
        DomainName.TryFromWire(wire, out DomainName? name) == DomainNameError.None ? $"{name}" : "?";

    /// <summary>Every owner, and a name beside and below it, by each type that it has, and by those that amplify best.</summary>
    private static IEnumerable<byte[]> Queries()
    {
        foreach (TestZone zone in ZoneCollection.All)
        {
            ZoneFileResult scanned = ZoneFileScanner.Scan(new ZoneFileText(zone.FileName, zone.Text), DomainName.Parse(zone.Apex));
            foreach (IGrouping<DomainName, ResourceRecord> owner in scanned.Records.Select(entry => entry.Record).GroupBy(record => record.Owner))
            {
                RecordType[] types = [.. owner.Select(record => record.Type).Append(RecordType.ANY).Append(RecordType.TXT).Distinct()];
                foreach (RecordType type in types)
                {
                    foreach (byte[] query in Ways(owner.Key.ToString(), type))
                    {
                        yield return query;
                    }
                }
                if (owner.Key.Wire.Length < DomainName.MaxLength - 2)
                {
                    yield return new QueryBuilder($"x.{owner.Key}", RecordType.A) { UdpPayloadSize = 4096 }.Build();
                }
            }
        }
    }

    private static IEnumerable<byte[]> Ways(string name, RecordType type)
    {
        QueryBuilder query = new(name, type);
        yield return query.Build();
        yield return (query with { UdpPayloadSize = 4096 }).Build();
        yield return (query with { UdpPayloadSize = 4096, IsDnssecOk = true, IsNsidRequested = true, HasTcpKeepalive = true }).Build();
        yield return (query with { UdpPayloadSize = 65535, Cookie = ClientCookie }).Build();
        yield return (query with { UdpPayloadSize = 4096, Cookie = ForgedCookie }).Build();
    }
}
