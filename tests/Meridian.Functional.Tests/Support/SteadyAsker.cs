using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Functional.Tests.Support;

/// <summary>
/// Asks for names that always exist, one question after the other on a thread of its own, and keeps every answer that a resolver
/// would remember against them: anything but NOERROR with records.
/// </summary>
internal sealed class SteadyAsker : IDisposable
{
    private const int PatienceMs = 2_000;
    private const int ComplaintsKept = 20;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = PatienceMs };
    private readonly (string Text, byte[] Wire)[] _questions;
    private readonly Thread _thread;
    private readonly List<string> _complaints = [];
    private volatile bool _isStopping;

    /// <param name="server">Who is asked.</param>
    /// <param name="questions">Each as <c>name type</c>, or <c>name type network</c> with the client subnet to send along.</param>
    public SteadyAsker(IPEndPoint server, params string[] questions)
    {
        _socket.Connect(server);
        _questions = [.. questions.Select(question => (question, Parse(question)))];
        _thread = new Thread(Run) { Name = "steady asker", IsBackground = true };
        _thread.Start();
    }

    public int Asked { get; private set; }

    /// <summary>Ends it; what is returned are the answers that should not have been given.</summary>
    public IReadOnlyList<string> Stop()
    {
        _isStopping = true;
        _thread.Join();
        return _complaints;
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    private static byte[] Parse(string question)
    {
        string[] parts = question.Split(' ');
        return new QueryBuilder(parts[0], Enum.Parse<RecordType>(parts[1]))
        {
            UdpPayloadSize = 1232,
            ClientSubnet = parts.Length > 2 ? DnsProbe.Subnet(parts[2]) : null,
        }.Build();
    }

    private void Run()
    {
        byte[] buffer = new byte[4096];
        while (!_isStopping && _complaints.Count < ComplaintsKept)
        {
            (string text, byte[] wire) = _questions[Asked % _questions.Length];
            ushort id = (ushort)++Asked;
            BinaryPrimitives.WriteUInt16BigEndian(wire, id);
            try
            {
                _socket.Send(wire);
                int length = _socket.Receive(buffer);
                Judge(text, id, buffer.AsSpan(0, length));
            }
            catch (SocketException e)
            {
                _complaints.Add($"{text}: {e.SocketErrorCode}");
            }
        }
    }

    private void Judge(string question, ushort id, ReadOnlySpan<byte> answer)
    {
        Rcode rcode = (Rcode)(answer[3] & 0xF);
        int records = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(answer) != id || rcode != Rcode.NoError || records == 0)
        {
            _complaints.Add($"{question}: {rcode} with {records} records after {Asked} questions");
        }
    }
}
