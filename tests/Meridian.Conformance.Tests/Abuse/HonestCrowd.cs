using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>
/// Clients that ask once and wait: no second try hides a query that was not answered. On a thread of its own, from as many
/// addresses as there are clients.
/// </summary>
internal sealed class HonestCrowd : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMicroseconds(500);
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(1);

    private readonly CraftedSocket _socket;
    private readonly int _perSecond;
    private readonly Func<long, (uint Source, byte[] Query)> _next;
    private readonly Thread _thread;
    private readonly long[] _sentAt = new long[ushort.MaxValue + 1];
    private readonly List<double> _milliseconds = [];
    private volatile bool _isStopping;

    /// <param name="server">Who is asked.</param>
    /// <param name="perSecond">Queries a second.</param>
    /// <param name="next">The source and the message of each query; the id is written into it.</param>
    public HonestCrowd(IPEndPoint server, int perSecond, Func<long, (uint Source, byte[] Query)> next)
    {
        _socket = new CraftedSocket(server);
        _perSecond = perSecond;
        _next = next;
        _thread = new Thread(Run) { Name = "honest", IsBackground = true };
    }

    public long Sent { get; private set; }

    /// <summary>Answers with records; one that only says to come by TCP is none.</summary>
    public long Answered => _milliseconds.Count;

    /// <summary>Answers that say to come by TCP, or that the cookie is bad.</summary>
    public long SentAway { get; private set; }

    public double AnsweredShare => Sent == 0 ? 0 : (double)Answered / Sent;

    /// <summary>A query with a client's cookie, or with a whole one.</summary>
    public static byte[] Query(string name, ReadOnlyMemory<byte> cookie = default) =>
        new QueryBuilder(name, RecordType.A) { UdpPayloadSize = 1232, Cookie = cookie }.Build();

    public void Start() => _thread.Start();

    /// <summary>Ends it after waiting for the last answers; the figures are final then.</summary>
    public void Stop()
    {
        _isStopping = true;
        _thread.Join();
    }

    /// <summary>The time within which that share of the answers came, in milliseconds.</summary>
    public double Percentile(double share)
    {
        _milliseconds.Sort();
        return _milliseconds.Count == 0 ? double.NaN : _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(share * _milliseconds.Count))];
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    private void Run()
    {
        Pacer pacer = new(_perSecond);
        while (!_isStopping)
        {
            for (int due = pacer.TakeDue(); due > 0; due--)
            {
                (uint source, byte[] query) = _next(Sent);
                ushort id = (ushort)Sent++;
                BinaryPrimitives.WriteUInt16BigEndian(query, id);
                _sentAt[id] = Stopwatch.GetTimestamp();
                _socket.Send(source, query);
            }
            _socket.Flush();
            _socket.Receive(Hear, Pause);
        }
        long end = Stopwatch.GetTimestamp();
        while (Answered + SentAway < Sent && Stopwatch.GetElapsedTime(end) < LastAnswers)
        {
            _socket.Receive(Hear, LastAnswers / 10);
        }
    }

    private void Hear(ReadOnlySpan<byte> answer)
    {
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(answer);
        if (_sentAt[id] == 0)
        {
            return;
        }
        bool hasRecords = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) > 0 && (answer[2] & 0x02) == 0;
        if (hasRecords)
        {
            _milliseconds.Add(Stopwatch.GetElapsedTime(_sentAt[id]).TotalMilliseconds);
        }
        else
        {
            SentAway++;
        }
        _sentAt[id] = 0;
    }
}
