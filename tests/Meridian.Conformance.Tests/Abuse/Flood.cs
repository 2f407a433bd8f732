using System.Buffers.Binary;
using System.Net;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>Queries from forged addresses, as fast as the plan says, on a thread of its own. It counts what comes back.</summary>
internal sealed class Flood : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMicroseconds(200);

    private readonly FloodPlan _plan;
    private readonly CraftedSocket _socket;
    private readonly byte[][] _queries;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="server">The target.</param>
    /// <param name="plan">How much, and from where.</param>
    /// <param name="names">Names to ask for.</param>
    public Flood(IPEndPoint server, FloodPlan plan, IEnumerable<string> names)
    {
        _plan = plan;
        _socket = new CraftedSocket(server);
        _queries = [.. names.Select(name => new QueryBuilder(name, RecordType.A) { UdpPayloadSize = 4096 }.Build())];
        _thread = new Thread(Run) { Name = "flood", IsBackground = true };
    }

    public long Sent { get; private set; }

    /// <summary>Answers with records: what an attacker is after.</summary>
    public long Answered { get; private set; }

    /// <summary>Answers without records that say to come by TCP.</summary>
    public long Slipped { get; private set; }

    public long OctetsSent { get; private set; }

    public long OctetsReceived { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long Unsent => _socket.Unsent;

    public void Start() => _thread.Start();

    /// <summary>Ends it; the figures are final then.</summary>
    public void Stop()
    {
        _isStopping = true;
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    private void Run()
    {
        Pacer pacer = new(_plan.FloodPerSecond);
        while (!_isStopping)
        {
            for (int due = pacer.TakeDue(); due > 0; due--)
            {
                byte[] query = _queries[Sent % _queries.Length];
                BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)Sent);
                _socket.Send(_plan.FloodSource(Sent), query);
                OctetsSent += query.Length;
                if (++Sent % CraftedSocket.BatchLength == 0)
                {
                    _socket.Receive(Count, TimeSpan.Zero);
                }
            }
            _socket.Flush();
            _socket.Receive(Count, Pause);
        }
        Elapsed = pacer.Elapsed;
        _socket.Receive(Count, TimeSpan.FromMilliseconds(200));
    }

    private void Count(ReadOnlySpan<byte> answer)
    {
        OctetsReceived += answer.Length;
        if ((answer[2] & 0x02) != 0)
        {
            Slipped++;
        }
        else
        {
            Answered++;
        }
    }
}
