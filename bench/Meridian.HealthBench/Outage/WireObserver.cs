using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.HealthBench.Outage;

/// <summary>Asks the server over UDP, one query after the other, what it answers for a member's name.</summary>
internal sealed class WireObserver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
    private readonly byte[] _answer = new byte[4096];
    private ushort _id;

    public WireObserver(IPEndPoint server) => _socket.Connect(server);

    public int Queries { get; private set; }

    public int Unanswered { get; private set; }

    /// <summary>The one address in the answer; null when there was no answer.</summary>
    public IPAddress? Ask(int member)
    {
        byte[] query = Encode(member, ++_id);
        Queries++;
        try
        {
            _socket.Send(query);
            int length;
            do
            {
                length = _socket.Receive(_answer);
            }
            while (length < 16 || BinaryPrimitives.ReadUInt16BigEndian(_answer) != _id);
            bool hasOneAnswer = BinaryPrimitives.ReadUInt16BigEndian(_answer.AsSpan(6)) == 1;

            // No EDNS was sent, so the data of the one A record ends the message.
            return hasOneAnswer ? new IPAddress(_answer.AsSpan(length - 4, 4)) : null;
        }
        catch (SocketException)
        {
            Unanswered++;
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Waits until every member is answered by its own address.</summary>
    public bool WaitForAll(IReadOnlyList<MortalMember> members, TimeSpan limit)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < limit)
        {
            if (members.All(member => member.Address.Equals(Ask(member.Number))))
            {
                // What was asked before the server was ready is not part of the measurement.
                (Queries, Unanswered) = (0, 0);
                return true;
            }
            Thread.Sleep(50);
        }
        return false;
    }

    private static byte[] Encode(int member, ushort id)
    {
        using MemoryStream message = new();
        message.Write([(byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in new[] { OutageConfiguration.NameOf(member), "bench", "test" })
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }
        message.Write([0, 0, 1, 0, 1]);
        return message.ToArray();
    }
}
