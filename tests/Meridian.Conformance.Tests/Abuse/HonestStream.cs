using System.Diagnostics;
using System.Net;
using Meridian.Conformance.Tests.Client;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>
/// An honest client over TCP, on a thread of its own: question after question on one connection, with a new connection every so
/// often, whose handshake counts too.
/// </summary>
internal sealed class HonestStream : IDisposable
{
    private const int QuestionsPerConnection = 10;

    private readonly IPEndPoint _server;
    private readonly byte[] _query;
    private readonly int _perSecond;
    private readonly Thread _thread;
    private readonly List<double> _milliseconds = [];
    private volatile bool _isStopping;

    public HonestStream(IPEndPoint server, string name, int perSecond)
    {
        _server = server;
        _perSecond = perSecond;
        _query = new QueryBuilder(name, RecordType.A) { Id = 1 }.Build();
        _thread = new Thread(Run) { Name = "honest-tcp", IsBackground = true };
    }

    public long Asked { get; private set; }

    public long Answered => _milliseconds.Count;

    public void Start() => _thread.Start();

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

    public void Dispose() => Stop();

    private void Run()
    {
        Pacer pacer = new(_perSecond);
        TcpClient? client = null;
        using ManualResetEventSlim pause = new();
        while (!_isStopping)
        {
            for (int due = pacer.TakeDue(); due > 0 && !_isStopping; due--)
            {
                long start = Stopwatch.GetTimestamp();
                if (Asked++ % QuestionsPerConnection == 0)
                {
                    client?.Dispose();
                    client = new TcpClient(_server);
                }
                if (client?.TryAsk(_query) is { Length: > 12 })
                {
                    _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
            pause.Wait(1);
        }
        client?.Dispose();
    }
}
