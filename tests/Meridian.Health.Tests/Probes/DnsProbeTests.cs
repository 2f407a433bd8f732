using System.Net;
using System.Net.Sockets;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Dns;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

public sealed class DnsProbeTests
{
    private static readonly DnsQuestionModel Question = new() { Name = DomainName.Parse("www.example.com."), ExpectedAnswer = "192.0.2.1" };

    private static readonly MonitorModel Monitor = Models.Monitor(MonitorType.Dns) with { Dns = Question, Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task Probe_ExpectedRecordOverUdp_Succeeds()
    {
        using UdpResponder server = new(query => [Answer(query, Rcode.NoError, "192.0.2.9", "192.0.2.1")]);

        ProbeResult result = await Probing.OnceAsync(Probe(), Monitor, server.Port);

        Assert.Equal((ProbeOutcome.Success, "answered with \"192.0.2.1\""), (result.Outcome, result.Reason));
        Assert.Equal("www.example.com.", server.Asked[0].Questions[0].Name.ToString());
        Assert.False(server.Asked[0].Header.Flags.HasFlag(MessageFlags.RecursionDesired));
    }

    [Fact]
    public async Task Probe_ExpectedRecordOverTcpInPieces_Succeeds()
    {
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            byte[] buffer = new byte[512];
            int length = await stream.ReadAtLeastAsync(buffer, 2 + 33, true, stop);
            Message.TryParse(buffer.AsSpan(2, length - 2), out Message? query);
            byte[] answer = Answer(query!, Rcode.NoError, "192.0.2.1");
            byte[] framed = [0, (byte)answer.Length, .. answer];
            foreach (byte octet in framed)
            {
                await stream.WriteAsync(new[] { octet }, stop);
            }
        });

        ProbeResult result = await Probing.OnceAsync(Probe(), Monitor with { Dns = Question with { OverTcp = true } }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "answered with \"192.0.2.1\""), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_OtherAnswers_SayWhatCame()
    {
        using UdpResponder servfail = new(query => [Answer(query, Rcode.ServFail)]);
        using UdpResponder other = new(query => [Answer(query, Rcode.NoError, "192.0.2.2")]);
        using UdpResponder noise = new(query => [[(byte)(query.Header.Id >> 8), (byte)query.Header.Id, 1]]);

        ProbeResult rcode = await Probing.OnceAsync(Probe(), Monitor, servfail.Port);
        ProbeResult record = await Probing.OnceAsync(Probe(), Monitor, other.Port);
        ProbeResult invalid = await Probing.OnceAsync(Probe(), Monitor, noise.Port);
        ProbeResult expected = await Probing.OnceAsync(
            Probe(), Monitor with { Dns = Question with { ExpectedAnswer = null, ExpectedRcodes = [Rcode.ServFail, Rcode.Refused] } }, servfail.Port);

        Assert.Equal((ProbeOutcome.UnexpectedAnswer, "response code SERVFAIL, expected NOERROR"), (rcode.Outcome, rcode.Reason));
        Assert.Equal((ProbeOutcome.UnexpectedAnswer, "\"192.0.2.1\" is not in the answer: found \"192.0.2.2\""), (record.Outcome, record.Reason));
        Assert.Equal((ProbeOutcome.InvalidAnswer, "the answer is not a DNS message"), (invalid.Outcome, invalid.Reason));
        Assert.Equal((ProbeOutcome.Success, "response code SERVFAIL"), (expected.Outcome, expected.Reason));
    }

    [Fact]
    public async Task Probe_AnswerToAnotherQueryFirst_IsPassedOver()
    {
        using UdpResponder server = new(query =>
        [
            Answer(query with { Header = query.Header with { Id = (ushort)(query.Header.Id + 1) } }, Rcode.ServFail),
            Answer(query, Rcode.NoError, "192.0.2.1"),
        ]);

        ProbeResult result = await Probing.OnceAsync(Probe(), Monitor, server.Port);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
    }

    [Fact]
    public async Task Probe_NobodyOrSilent_IsRefusedOrTimedOut()
    {
        using UdpResponder silent = new(_ => []);

        ProbeResult refused = await Probing.OnceAsync(Probe(), Monitor, LoopbackServer.FreePort());
        ProbeResult timedOut = await Probing.OnceAsync(Probe(), Monitor with { Timeout = TimeSpan.FromMilliseconds(200) }, silent.Port);

        Assert.Equal(ProbeOutcome.Refused, refused.Outcome);
        Assert.Equal(ProbeOutcome.TimedOut, timedOut.Outcome);
    }

    private static DnsProbe Probe() => new(TimeProvider.System, new SystemNameResolver());

    private static byte[] Answer(Message query, Rcode rcode, params string[] addresses) => new Message
    {
        Header = new MessageHeader(
            query.Header.Id, MessageHeader.Compose(MessageFlags.Response, Opcode.Query, rcode), 1, (ushort)addresses.Length, 0, 0),
        Questions = query.Questions,
        Answer =
        [
            .. addresses.Select(address => new MessageRecord(
                query.Questions[0].NameWire, RecordType.A, RecordClass.IN, 60, IPAddress.Parse(address).GetAddressBytes())),
        ],
    }.ToWire();

    /// <summary>Answers each datagram with those of a function.</summary>
    private sealed class UdpResponder : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly Func<Message, byte[][]> _answer;

        internal UdpResponder(Func<Message, byte[][]> answer)
        {
            _answer = answer;
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Thread thread = new(Serve) { IsBackground = true };
            thread.Start();
        }

        internal int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

        internal List<Message> Asked { get; } = [];

        public void Dispose() => _socket.Dispose();

        private void Serve()
        {
            try
            {
                byte[] buffer = new byte[2048];
                while (true)
                {
                    EndPoint peer = new IPEndPoint(IPAddress.Any, 0);
                    int length = _socket.ReceiveFrom(buffer, ref peer);
                    Message.TryParse(buffer.AsSpan(0, length), out Message? query);
                    Asked.Add(query!);
                    foreach (byte[] answer in _answer(query!))
                    {
                        _socket.SendTo(answer, peer);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }
    }
}
