using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Benchmarks.Live;

/// <summary>The real transports over a data plane that the benchmark changes, and a client that asks until it sees the change.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private const int AttemptTimeoutMs = 1000;

    private readonly DnsServer _server;
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _answer = new byte[4096];

    public LiveServer(DataPlane dataPlane, int port)
    {
        ServerOptions options = new() { Listen = [new IPEndPoint(IPAddress.Loopback, port)], UdpThreads = 1, PinThreads = false };
        _server = new DnsServer(
            options, _ => new QueryAnswerer(dataPlane, new AnswerLimits()), TimeProvider.System, NullLogger<DnsServer>.Instance);
        _server.Start();
        _client.ReceiveTimeout = AttemptTimeoutMs;
        _client.Connect(_server.BoundEndpoints[0]);
    }

    /// <summary>Asks until the last four octets of an answer, its address, are those expected.</summary>
    /// <param name="query">For one A record.</param>
    /// <param name="expected">The address.</param>
    /// <param name="attempts">How often to ask.</param>
    public void AwaitAddress(byte[] query, ReadOnlySpan<byte> expected, int attempts = 1_000_000)
    {
        for (int attempt = 0; attempt < attempts; attempt++)
        {
            _client.Send(query);
            int length = _client.Receive(_answer);
            if (length > query.Length && _answer.AsSpan(length - 4, 4).SequenceEqual(expected))
            {
                return;
            }
        }
        throw new InvalidOperationException("The change never showed on the wire.");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }
}
