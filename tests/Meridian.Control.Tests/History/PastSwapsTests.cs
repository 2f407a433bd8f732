using Meridian.Control.Configuration;
using Meridian.Control.History;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.History;

/// <summary>
/// Queries in the middle of a swap: the clock that dates it is the place where another thread answers meanwhile. What was answered
/// then is explained by the state that answered, however long the swap takes and however many fall into a millisecond.
/// </summary>
public sealed class PastSwapsTests : IDisposable
{
    private const string Yaml =
        """
        monitors: {web: {type: tcp, port: 80}}
        pools:
          eu: {monitor: web, members: [{address: 192.0.2.1}, {address: 192.0.2.2}, {address: 192.0.2.3}]}
          us: {members: [{address: 198.51.100.1}]}
        policies:
          www: {ttl: 30s, failover: [eu, us]}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}

        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-swaps-");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(900)]
    public async Task OpenAt_AskedInTheMiddleOfSwaps_FindsTheStateThatAnswered(int millisecondsOfAReading)
    {
        AskingClock clock = new(TimeSpan.FromMilliseconds(millisecondsOfAReading));
        DataPlane dataPlane = new(clock);
        using HistoryJournal journal = JournalOf(dataPlane, clock);
        Publish(dataPlane, journal);
        List<Captured> captured = [];
        int swaps = 0;
        clock.OnReading = moment => captured.Add(new Captured(moment, Ask(dataPlane), swaps));
        foreach (int i in Enumerable.Range(0, 24))
        {
            swaps++;
            MemberVerdict verdict = i % 4 < 2 ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;
            dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("eu", $"192.0.2.{1 + (i % 3)}"), verdict)]);
        }
        clock.OnReading = null;
        clock.Advance(TimeSpan.FromSeconds(1));
        captured.Add(new Captured(clock.Now, Ask(dataPlane), swaps));
        Assert.True(captured.Select(one => Convert.ToHexString(one.Answer)).Distinct().Count() >= 4);

        using HistoryReader reader = new(HistoryReader.DirectoryOf(_directory.FullName), journal.Drain, stored: null);
        foreach (Captured one in captured)
        {
            Assert.True(await IsExplainedAsync(reader, one), $"what was answered at {one.Moment:O}, in swap {one.Swap}, is not explained by a state that was there then");
        }
        // Nothing is left to doubt once the clock has moved on.
        (PastState? last, _) = await reader.OpenAtAsync(clock.Now.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);
        Assert.NotNull(last);
        Assert.Equal(captured[^1].Answer, Ask(last.DataPlane));
        Assert.Empty(last.Remarks);
        Assert.Null(last.Until);
    }

    [Fact]
    public async Task OpenAt_AskedBeforeTheWrite_IsExplainedByTheStateBeforeAndSaysSo()
    {
        AskingClock clock = new(TimeSpan.FromMilliseconds(400));
        DataPlane dataPlane = new(clock);
        using HistoryJournal journal = JournalOf(dataPlane, clock);
        Publish(dataPlane, journal);
        List<Captured> captured = [];
        clock.OnReading = moment => captured.Add(new Captured(moment, Ask(dataPlane), 1));
        dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("eu", "192.0.2.1"), new MemberVerdict(HealthState.Down, 0))]);
        clock.OnReading = null;
        // The last two readings are around the write.
        (Captured before, Captured after) = (captured[^2], captured[^1]);
        Assert.NotEqual(before.Answer, after.Answer);

        using HistoryReader reader = new(HistoryReader.DirectoryOf(_directory.FullName), journal.Drain, stored: null);
        foreach (Captured one in (Captured[])[before, after])
        {
            (PastState? state, string? problem) = await reader.OpenAtAsync(one.Moment.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);
            Assert.True(state is not null, problem);
            Assert.Equal(before.Answer, Ask(state.DataPlane));
            Assert.Contains("a change took effect between", Assert.Single(state.Remarks), StringComparison.Ordinal);
            Assert.Equal(before.Moment, state.Until);
            Assert.Equal(after.Moment.AddMilliseconds(1), state.UntilAtLatest);
        }
        (PastState? settled, _) = await reader.OpenAtAsync(after.Moment.ToUnixTimeMilliseconds() + 1, TestContext.Current.CancellationToken);
        Assert.Equal(after.Answer, Ask(Assert.IsType<PastState>(settled).DataPlane));
        // The state's own name has no doubt.
        (PastState? named, _) = await reader.OpenAsync(dataPlane.Stamp, TestContext.Current.CancellationToken);
        Assert.Equal(after.Answer, Ask(Assert.IsType<PastState>(named).DataPlane));
        Assert.Empty(named!.Remarks); // Just looked at.
    }

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Whether the state of the moment gives the answer, or one that took effect while the query was on its way.</summary>
    private static async Task<bool> IsExplainedAsync(HistoryReader reader, Captured captured)
    {
        long? moment = captured.Moment.ToUnixTimeMilliseconds();
        while (moment is { } at)
        {
            (PastState? state, string? problem) = await reader.OpenAtAsync(at, TestContext.Current.CancellationToken);
            Assert.True(state is not null, problem);
            if (captured.Answer.AsSpan().SequenceEqual(Ask(state.DataPlane)))
            {
                return true;
            }
            moment = state.Until <= captured.Moment ? state.UntilAtLatest?.ToUnixTimeMilliseconds() : null;
        }
        return false;
    }

    private static byte[] Ask(DataPlane dataPlane)
    {
        byte[] response = new byte[1232];
        ClientInfo client = new(ClientAddress.FromIPv4(0x0A00_0001), 4711, Transport.Udp, 1_795_000_000);
        AnswerResult result = new QueryAnswerer(dataPlane, new AnswerLimits()).Answer(new QueryBuilder("www.example.com", RecordType.A) { Id = 9 }.Build(), client, response);
        Assert.Equal(AnswerDisposition.Respond, result.Disposition);
        return response[..result.Length];
    }

    private HistoryJournal JournalOf(DataPlane dataPlane, TimeProvider time)
    {
        HistoryJournal journal = new(
            new HistoryParts
            {
                Directory = HistoryReader.DirectoryOf(_directory.FullName),
                BuiltInPlaces = "",
                Present = dataPlane.Capture,
                Evidence = _ => null,
                Time = time,
            },
            NullLogger<HistoryJournal>.Instance);
        dataPlane.Attach(journal, journal.LastStamp);
        return journal;
    }

    private static void Publish(DataPlane dataPlane, HistoryJournal journal)
    {
        LoadResult loaded = TestFiles.Load(Yaml);
        Assert.Empty(loaded.Errors);
        journal.KeepConfiguration(loaded);
        CompileResult compiled = SnapshotCompiler.Compile(loaded.Model!, PlaceDatabase.Empty, new RevisionInfo(1, 1, loaded.Digest, TestFiles.Now), null); // No errors.
        dataPlane.Publish(Assert.IsType<DataPlaneSnapshot>(compiled.Snapshot), new AllUp());
    }

    private sealed record Captured(DateTimeOffset Moment, byte[] Answer, int Swap);

    private sealed class AllUp : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;
    }

    /// <summary>Each reading takes some time, and is an opportunity for a query.</summary>
    private sealed class AskingClock(TimeSpan step) : TimeProvider
    {
        public Action<DateTimeOffset>? OnReading { get; set; }

        public DateTimeOffset Now { get; private set; } = TestFiles.Now;

        public void Advance(TimeSpan by) => Now += by;

        public override DateTimeOffset GetUtcNow()
        {
            DateTimeOffset now = Now;
            OnReading?.Invoke(now);
            Now += step;
            return now;
        }
    }
}
