using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.DynamicUpdate;
using Meridian.Control.Tests.Changes;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.DynamicUpdate;

/// <summary>Signed messages from the wire to the revision and back: the errors of RFC 8945, and one update as one revision.</summary>
[Collection("changes")]
public sealed class SignedMessageTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("acme."), TsigAlgorithm.HmacSha256, "a secret of the tests"u8);

    [Fact]
    public async Task Update_Signed_IsOneRevisionByTheKeyAndServed()
    {
        await using Setup setup = await Setup.StartAsync();
        Message answer = await setup.UpdateAsync(Add("_acme-challenge", "token"), Add("_acme-challenge.www", "other"));
        Assert.Equal((Rcode.NoError, Opcode.Update), (answer.Rcode, answer.Header.Opcode));
        Revision revision = setup.Harness.Log.Head!;
        Assert.Equal(("acme", ChangeOrigin.Update, 2), (revision.Author, revision.Origin, revision.ChangeCount));
        Assert.Equal("update of example.com.: _acme-challenge TXT added, _acme-challenge.www TXT added", revision.Message);
        Assert.Equal("127.0.0.1", await setup.Sources.FindAsync(revision, TestContext.Current.CancellationToken));
        // The answer came when it was served.
        Assert.Equal(revision.Number, setup.Harness.DataPlane.Snapshot!.Revision.Number);
        Assert.Equal(["\"token\""], setup.Texts("_acme-challenge"));
    }

    [Fact]
    public async Task Update_ThatChangesNothing_MakesNoRevision()
    {
        await using Setup setup = await Setup.StartAsync();
        Assert.Equal(Rcode.NoError, (await setup.UpdateAsync(Add("_acme-challenge", "token"))).Rcode);
        long head = setup.Harness.Log.Head!.Number;
        Assert.Equal(Rcode.NoError, (await setup.UpdateAsync(Add("_acme-challenge", "token"))).Rcode);
        Assert.Equal(head, setup.Harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Update_SentTwice_IsDoneOnceAndAnsweredAlike()
    {
        await using Setup setup = await Setup.StartAsync();
        byte[] request = Setup.Sign(Update(Add("_acme-challenge", "one")));
        byte[] first = await setup.ExchangeAsync(request);
        await setup.UpdateAsync(Delete("_acme-challenge"));
        long head = setup.Harness.Log.Head!.Number;
        Assert.Equal(first, await setup.ExchangeAsync(request));
        Assert.Equal(head, setup.Harness.Log.Head!.Number);
        Assert.Empty(setup.Texts("_acme-challenge"));
    }

    [Fact]
    public async Task Update_ReplayedAfterRestart_ChangesNothing()
    {
        await using Setup setup = await Setup.StartAsync();
        byte[] request = Setup.Sign(Update(Add("_acme-challenge", "one")));
        await setup.ExchangeAsync(request);
        await setup.UpdateAsync(Delete("_acme-challenge"));
        long head = setup.Harness.Log.Head!.Number;
        await setup.RestartAsync();
        await setup.ExchangeAsync(request);
        Assert.Equal(head, setup.Harness.Log.Head!.Number);
        Assert.Empty(setup.Texts("_acme-challenge"));
    }

    [Fact]
    public async Task Update_FiftyAtOnceOnOneName_AllAreAppliedOnce()
    {
        await using Setup setup = await Setup.StartAsync();
        Message[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => setup.UpdateAsync(Add("_acme-challenge", $"token-{i}"))));
        Assert.All(answers, answer => Assert.Equal(Rcode.NoError, answer.Rcode));
        await setup.Harness.ServedAsync(setup.Harness.Log.Head!.Number);
        Assert.Equal(50, setup.Texts("_acme-challenge").Length);
    }

    [Theory]
    [InlineData("www", "the key may not change www.example.com. TXT")]
    [InlineData("_acme-challenge.mine", "example.com/_acme-challenge.mine belongs to api")]
    public async Task Update_NotAllowed_IsRefusedInWords(string owner, string expected)
    {
        await using Setup setup = await Setup.StartAsync();
        long head = setup.Harness.Log.Head!.Number;
        Message answer = await setup.UpdateAsync(Add(owner, "x"));
        Assert.Equal(Rcode.Refused, answer.Rcode);
        EdnsOption error = Assert.Single(answer.Edns!.Options);
        Assert.Equal(EdnsOptionCode.ExtendedError, error.Code);
        Assert.Equal(expected, Encoding.UTF8.GetString(error.Data.Span[2..]));
        Assert.Equal(head, setup.Harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Update_OfOtherZones_IsNotAuthOrNotZone()
    {
        await using Setup setup = await Setup.StartAsync();
        Assert.Equal(Rcode.NotAuth, (await setup.UpdateAsync("example.org.", Add("a.example.org.", "x"))).Rcode);
        Assert.Equal(Rcode.NotZone, (await setup.UpdateAsync(Add("a.example.org.", "x"))).Rcode);
        // Below this zone's apex, but in a zone of its own.
        Assert.Equal(Rcode.NotZone, (await setup.UpdateAsync(Add("_acme-challenge.sub", "x"))).Rcode);
    }

    [Fact]
    public async Task Update_WithViews_ChangesTheZoneThatItsSenderSees()
    {
        await using Setup setup = await Setup.StartAsync(more:
            """
              example.com@in:
                soa: {primary: ns1, contact: hostmaster@example.com}
                views: [inside]
                records:
                  "@": {NS: [ns1]}
                  ns1: {A: 192.0.2.53}
              example.org:
                soa: {primary: ns1.example.com., contact: hostmaster@example.com}
                views: [inside]
                records:
                  "@": {NS: [ns1.example.com.]}
            views: {inside: {networks: [10.0.0.0/8]}}
            """);
        ZoneKey inside = new(DomainName.Parse("example.com."), "in");
        setup.Source = ClientAddress.FromIPv4(0x0A010203);
        Assert.Equal(Rcode.NoError, (await setup.UpdateAsync(Add("_acme-challenge", "inside"))).Rcode);
        Assert.Equal(["\"inside\""], setup.Texts("_acme-challenge", inside));
        Assert.Empty(setup.Texts("_acme-challenge"));
        Assert.Equal(Rcode.NoError, (await setup.UpdateAsync("example.org.", Add("_acme-challenge.example.org.", "inside"))).Rcode);
        setup.Source = ClientAddress.FromIPv4(0xC0000201);
        Assert.Equal(Rcode.NoError, (await setup.UpdateAsync(Add("_acme-challenge", "outside"))).Rcode);
        Assert.Equal(["\"inside\""], setup.Texts("_acme-challenge", inside));
        Assert.Equal(["\"outside\""], setup.Texts("_acme-challenge"));
        // Whoever does not see a zone is told that it is not here.
        Assert.Equal(Rcode.NotAuth, (await setup.UpdateAsync("example.org.", Add("_acme-challenge.example.org.", "outside"))).Rcode);
    }

    [Fact]
    public async Task Update_ThatTheZoneCannotHold_IsRefused()
    {
        await using Setup setup = await Setup.StartAsync("{zones: [example.com], names: [\"*\"], types: [DNAME, TXT]}");
        MessageRecord dname = new(DomainName.Parse("_acme-challenge.example.com.").Wire.ToArray(), RecordType.DNAME, RecordClass.IN, 60, DomainName.Parse("example.net.").Wire.ToArray());
        MessageRecord second = dname with { OwnerWire = DomainName.Parse("x._acme-challenge.example.com.").Wire.ToArray() };
        await setup.UpdateAsync(second);
        Message answer = await setup.UpdateAsync(dname with { Type = RecordType.RRSIG, Rdata = new byte[40] });
        Assert.NotEqual(Rcode.NoError, answer.Rcode);
    }

    [Fact]
    public async Task Update_BadKey_IsAnsweredUnsigned()
    {
        await using Setup setup = await Setup.StartAsync();
        TsigKey other = new(DomainName.Parse("nobody."), TsigAlgorithm.HmacSha256, "x"u8);
        AssertError(await setup.ExchangeAsync(new TsigSigner(other).Sign(Update(Add("_acme-challenge", "x")), Setup.Now)), TsigError.BadKey, macLength: 0);
    }

    [Fact]
    public async Task Update_BadSignature_IsAnsweredUnsigned()
    {
        await using Setup setup = await Setup.StartAsync();
        TsigKey other = new(Key.Name, TsigAlgorithm.HmacSha256, "another secret"u8);
        AssertError(await setup.ExchangeAsync(new TsigSigner(other).Sign(Update(Add("_acme-challenge", "x")), Setup.Now)), TsigError.BadSig, macLength: 0);
        Assert.Equal(2, setup.Harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Update_OldTime_IsAnsweredSignedWithTheServersTime()
    {
        await using Setup setup = await Setup.StartAsync();
        TsigSigner signer = new(Key);
        long old = Setup.Now - 3600;
        byte[] answer = await setup.ExchangeAsync(signer.Sign(Update(Add("_acme-challenge", "x")), old));
        TsigRecord record = AssertError(answer, TsigError.BadTime, macLength: 32);
        Assert.Equal(old, record.TimeSigned);
        Assert.InRange(BitConverter.ToInt64([.. record.OtherData.ToArray().Reverse(), 0, 0]), Setup.Now - 5, Setup.Now + 5);
        Assert.Equal(TsigStatus.Ok, TsigCheck.Verify(answer, OffsetOf(answer), _ => Key, old, signer.LastMac.Span).Status);
        Assert.Equal(2, setup.Harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Query_Signed_IsAnsweredAsWithoutAndSigned()
    {
        await using Setup setup = await Setup.StartAsync();
        TsigSigner signer = new(Key);
        byte[] request = signer.Sign(new QueryBuilder("ns1.example.com.", RecordType.A) { Id = 7, UdpPayloadSize = 512 }.Build(), Setup.Now);
        byte[] answer = await setup.ExchangeAsync(request);
        Assert.Equal(TsigStatus.Ok, TsigCheck.Verify(answer, OffsetOf(answer), _ => Key, Setup.Now, signer.LastMac.Span).Status);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(answer, out Message? message));
        Assert.Equal([192, 0, 2, 53], message!.Answer.Single().Rdata.ToArray());
        Assert.InRange(answer.Length, 1, 512);
    }

    [Fact]
    public async Task Update_MoreThanTheRate_IsRefused()
    {
        await using Setup setup = await Setup.StartAsync(perSecond: 1, time: new StoppedWatch());
        List<Rcode> codes = [];
        for (int i = 0; i < 7; i++)
        {
            codes.Add((await setup.UpdateAsync(Add("_acme-challenge", $"{i}"))).Rcode);
        }
        Assert.Equal(5, codes.TakeWhile(code => code == Rcode.NoError).Count());
        Assert.Contains(Rcode.Refused, codes);
    }

    private static int _ids;

    private static ushort NextId() => (ushort)Interlocked.Increment(ref _ids);

    private static TsigRecord AssertError(byte[] answer, TsigError expected, int macLength)
    {
        TsigRecord record = TsigRecord.TryParse(answer, OffsetOf(answer))!;
        Assert.Equal((Rcode.NotAuth, expected, macLength), ((Rcode)(answer[3] & 0x0F), record.Error, record.Mac.Length));
        return record;
    }

    private static int OffsetOf(byte[] answer)
    {
        byte[] query = [.. answer];
        query[2] &= 0x7F;
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(query, out QueryView view));
        return view.TsigOffset;
    }

    private static MessageRecord Add(string owner, string text) => new(
        DomainName.Parse(owner, DomainName.Parse("example.com.")).Wire.ToArray(),
        RecordType.TXT,
        RecordClass.IN,
        60,
        (byte[])[(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);

    private static MessageRecord Delete(string owner) => Add(owner, "") with { Class = RecordClass.ANY, TtlSeconds = 0, Rdata = default };

    private static byte[] Update(params MessageRecord[] records) => Update("example.com.", records);

    private static byte[] Update(string zone, MessageRecord[] records) => new Message
    {
        Header = new MessageHeader(NextId(), MessageHeader.Compose(MessageFlags.None, Opcode.Update, Rcode.NoError), 1, 0, 0, 0),
        Questions = [new Question(DomainName.Parse(zone).Wire.ToArray(), RecordType.SOA, RecordClass.IN)],
        Authority = [.. records],
        Edns = new MessageEdns(),
    }.ToWire();

    /// <summary>A zone with a key over the real change service, and the service in front of it.</summary>
    private sealed class Setup : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-update-");
        private readonly CancellationTokenSource _stopping = new();
        private SignedMessageService? _service;
        private readonly List<Task> _running = [];

        private readonly TimeProvider _time;

        private Setup(ChangeHarness harness, TimeProvider time) => (Harness, _time) = (harness, time);

        public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        public ChangeHarness Harness { get; }

        public UpdateSources Sources { get; } = new(TimeProvider.System);

        /// <summary>Where messages come from.</summary>
        public ClientAddress Source { get; set; } = ClientAddress.FromIPv4(0x7F000001);

        public static async Task<Setup> StartAsync(string rule = "{zones: [example.com, example.org], names: [_acme-challenge.*]}", int perSecond = 1000, string more = "", TimeProvider? time = null)
        {
            Setup setup = new(await ChangeHarness.StartAsync(
                """
                zones:
                  example.com:
                    soa: {primary: ns1, contact: hostmaster@example.com}
                    owners: {"*": files, _acme-challenge.*: update, _acme-challenge.mine: api}
                    records:
                      "@": {NS: [ns1]}
                      ns1: {A: 192.0.2.53}
                  _acme-challenge.sub.example.com:
                    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
                    records:
                      "@": {NS: [ns1.example.com.]}

                """ + more), time ?? TimeProvider.System);
            string file = Path.Combine(setup._directory.FullName, "acme.key");
            await File.WriteAllTextAsync(file, Convert.ToBase64String("a secret of the tests"u8), TestContext.Current.CancellationToken);
            string json = rule.Replace("zones:", "\"zones\":", StringComparison.Ordinal).Replace("names:", "\"names\":", StringComparison.Ordinal)
                .Replace("types:", "\"types\":", StringComparison.Ordinal);
            foreach (string word in new[] { "example.com", "example.org", "_acme-challenge.*", "DNAME", "TXT" })
            {
                json = json.Replace(word, $"\"{word}\"", StringComparison.Ordinal);
            }
            await setup.Harness.PutAsync(DocumentKinds.TsigKey, "acme", $$"""{"secret-file": "{{file}}", "per-second": {{perSecond}}, "allow": [{{json}}]}""");
            await setup.Harness.ServedAsync(setup.Harness.Log.Head!.Number);
            setup.Open();
            return setup;
        }

        public async Task RestartAsync()
        {
            await Harness.RestartAsync();
            _service?.Dispose();
            Open();
        }

        public static byte[] Sign(byte[] message) => new TsigSigner(Key).Sign(message, Now);

        public async Task<Message> UpdateAsync(params MessageRecord[] records) => await UpdateAsync("example.com.", records);

        public async Task<Message> UpdateAsync(string zone, params MessageRecord[] records)
        {
            TsigSigner signer = new(Key);
            byte[] request = signer.Sign(Update(zone, records), Now);
            byte[] answer = await ExchangeAsync(request);
            Assert.Equal(TsigStatus.Ok, TsigCheck.Verify(answer, OffsetOf(answer), _ => Key, Now, signer.LastMac.Span).Status);
            Assert.Equal(MessageParseStatus.Ok, Message.TryParse(answer, out Message? message));
            return message!;
        }

        public async Task<byte[]> ExchangeAsync(byte[] request)
        {
            Deferred message = new(request, Source);
            lock (this)
            {
                _service!.Accept(message);
            }
            return await message.Answers.ReadAsync(TestContext.Current.CancellationToken);
        }

        public ImmutableArray<string> Texts(string owner, ZoneKey? zone = null) =>
        [
            .. Harness.DataPlane.Snapshot!.Model.Zones[zone ?? DomainName.Parse("example.com.")].RRsets
                .Where(rrset => rrset.Owner == DomainName.Parse(owner, DomainName.Parse("example.com.")) && rrset.Type == RecordType.TXT)
                .SelectMany(rrset => rrset.Rdata)
                .Select(rdata => RdataText.Format(RecordType.TXT, rdata.Span)),
        ];

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            foreach (Task running in _running)
            {
                await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            _service?.Dispose();
            _stopping.Dispose();
            await Harness.DisposeAsync();
            _directory.Delete(recursive: true);
        }

        private void Open()
        {
            _service = new SignedMessageService(
                Harness.DataPlane, new AnswerLimits(), Harness.Service, Sources, _time, NullLogger<SignedMessageService>.Instance);
            _running.Add(_service.RunAsync(_stopping.Token));
        }
    }

    /// <summary>Measures nothing: a slow machine gets no more updates than a fast one.</summary>
    private sealed class StoppedWatch : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private sealed class Deferred(byte[] message, ClientAddress source) : IDeferredMessage
    {
        private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();

        /// <summary>Ends when there will be no more.</summary>
        public ChannelReader<byte[]> Answers => _answers.Reader;

        public ReadOnlyMemory<byte> Message => message;

        public ClientInfo Client => new(source, 4711, Transport.Udp, Setup.Now);

        public bool TryReply(ReadOnlySpan<byte> answer) => _answers.Writer.TryWrite(answer.ToArray());

        public Task<bool> ReplyAsync(ReadOnlySpan<byte> answer) => Task.FromResult(TryReply(answer));

        public void Dispose() => _answers.Writer.TryComplete();
    }
}
