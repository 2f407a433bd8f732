using System.Text;
using Meridian.Control.History;
using Meridian.Control.Tests.Changes;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.History;

/// <summary>The log of past states where programs change a store by the second.</summary>
public sealed class StoredHistoryTests
{
    private const int Zones = 200;
    private const int Changes = 30;

    // A revision with its digests, its frame, and the runs of zones around the one that changed.
    private const int OctetsOfARevision = 400;

    [Fact]
    public async Task Changes_OfSingleRecords_TakeFewOctetsAndAreAllGivenBack()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Compose());
        await harness.ServedAsync(harness.Service.Head?.Number ?? 0);
        harness.History.Drain();
        long before = LengthOf(harness);
        List<(long Stamp, string Name, byte[] Answer)> captured = [];
        for (int i = 0; i < Changes; i++)
        {
            string zone = $"z{i * 7 % Zones}.test";
            await harness.PutAsync("records", $"{zone}/www", $$"""{"A": ["192.0.2.{{i + 1}}"]}""");
            await harness.ServedAsync(harness.Service.Head?.Number ?? 0);
            // An answer of the zone that changed, and the serial of one that did not.
            captured.Add((harness.DataPlane.Stamp, $"www.{zone}", Ask(harness.DataPlane, $"www.{zone}", RecordType.A)));
            captured.Add((harness.DataPlane.Stamp, $"z{(i + 31) % Zones}.test", Ask(harness.DataPlane, $"z{(i + 31) % Zones}.test", RecordType.SOA)));
        }
        harness.History.Drain();
        long perRevision = (LengthOf(harness) - before) / Changes;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perRevision} octets for each revision of a store with {Zones} zones");
        Assert.InRange(perRevision, 1, OctetsOfARevision);

        using HistoryReader reader = new(harness.HistoryDirectory, harness.History.Drain, new StoredConfigurations(harness.Log, harness.BaseDirectory));
        foreach ((long stamp, string name, byte[] answer) in captured)
        {
            (PastState? state, string? problem) = await reader.OpenAsync(stamp, TestContext.Current.CancellationToken);
            Assert.True(state is not null, problem);
            Assert.Empty(state.Remarks);
            Assert.Equal(answer, Ask(state.DataPlane, name, name.StartsWith("www", StringComparison.Ordinal) ? RecordType.A : RecordType.SOA));
        }
    }

    private static byte[] Ask(DataPlane dataPlane, string name, RecordType type)
    {
        byte[] response = new byte[1232];
        ClientInfo client = new(ClientAddress.FromIPv4(0x0A00_0001), 4711, Transport.Udp, 1_795_000_000);
        AnswerResult result = new QueryAnswerer(dataPlane, new AnswerLimits()).Answer(new QueryBuilder(name, type) { Id = 9 }.Build(), client, response);
        Assert.Equal(AnswerDisposition.Respond, result.Disposition);
        return response[..result.Length];
    }

    private static long LengthOf(ChangeHarness harness) =>
        Directory.EnumerateFiles(harness.HistoryDirectory, "*.history").Sum(path => new FileInfo(path).Length);

    private static string Compose()
    {
        StringBuilder yaml = new("zones:\n");
        for (int i = 0; i < Zones; i++)
        {
            yaml.Append($"  z{i}.test: {{soa: {{primary: ns1, contact: h@z.test}}, records: {{\"@\": {{NS: [ns1]}}, ns1: {{A: 192.0.2.53}}}}}}\n");
        }
        return yaml.ToString();
    }
}
