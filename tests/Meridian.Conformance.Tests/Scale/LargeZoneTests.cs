using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meridian.Conformance.Tests.Abuse;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Scale;

/// <summary>Zones of a million RRsets, and of the least that a zone can have, beside each other.</summary>
public sealed class LargeZoneTests(ITestOutputHelper output)
{
    private const int Questions = 20_000;
    private const int Batch = 2_000;
    private const int Seed = 1;

    [Fact]
    public async Task Zone_FiftyThousandRRsets_EachIsFound() => await ServeAsync(50_000);

    /// <summary><c>make show-hardening LINE=scale</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Zone_AMillionRRsets_EachIsFound() => await ServeAsync(1_000_000);

    private async Task ServeAsync(int rrsets)
    {
        TestZone large = new("large.test.", Compose(rrsets));
        TestZone least = ZoneCollection.All.Single(zone => zone.Apex == "solo.");
        long start = Stopwatch.GetTimestamp();
        await using ServerSubject server = await ServerSubject.StartAsync(
            SubjectKind.Meridian, [large, least], place => MeridianSetup.Create(place), TestContext.Current.CancellationToken);
        TimeSpan started = Stopwatch.GetElapsedTime(start);
        using PipelinedClient client = new(server.Endpoint);
        Random random = new(Seed);
        for (int asked = 0; asked < Questions; asked += Batch)
        {
            // Every fourth name is not there.
            int[] numbers = [.. Enumerable.Range(0, Batch).Select(index => random.Next(rrsets) + (index % 4 == 0 ? rrsets : 0))];
            byte[]?[] answers = client.Ask([.. numbers.Select(Query)]);
            for (int i = 0; i < Batch; i++)
            {
                Assert.Equal(MessageParseStatus.Ok, Message.TryParse(answers[i], out Message? answer));
                string expected = numbers[i] < rrsets ? $"{Rcode.NoError} {AddressOf(numbers[i])}" : $"{Rcode.NXDomain} ";
                Assert.Equal(expected, $"{answer!.Rcode} {string.Join(' ', answer.Answer.Select(record => RdataText.Format(record.Type, record.Rdata.Span)))}"); // Parsed: not null.
            }
        }
        ServerMemory memory = ServerMemory.Read(server.ProcessId, server.Endpoint);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rrsets} RRsets beside a zone of two: serving after {started.TotalSeconds:F1} s with {memory.ResidentOctets >> 20} MiB; {Questions} questions, a quarter of them for names that are not there: all as the zone says"));
    }

    private static string Compose(int rrsets)
    {
        StringBuilder text = new("$TTL 300\n@ IN SOA ns1 hostmaster 1 7200 900 1209600 300\n@ IN NS ns1\nns1 IN A 192.0.2.53\n");
        for (int i = 0; i < rrsets; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"n{i} IN A {AddressOf(i)}\n");
        }
        return text.ToString();
    }

    private static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"10.{number >> 16}.{number >> 8 & 0xFF}.{number & 0xFF}");

    private static ReadOnlyMemory<byte> Query(int number, int index) =>
        new QueryBuilder(string.Create(CultureInfo.InvariantCulture, $"n{number}.large.test."), RecordType.A) { Id = (ushort)index }.Build();
}
