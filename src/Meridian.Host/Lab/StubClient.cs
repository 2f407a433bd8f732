using System.Net;
using System.Net.Sockets;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Host.Lab;

/// <summary>Looks one name up over and over at one server, as a stub resolver does.</summary>
internal sealed class StubClient : IDisposable
{
    // 10 ms to 10 s. Longer than any of them takes on loopback, shorter than a person waits.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly byte[] _query;
    private readonly byte[] _buffer = new byte[4096];
    private readonly TimeProvider _time;
    private ushort _id;

    public StubClient(IPEndPoint server, string name, TimeProvider time)
    {
        _time = time;
        _query = new QueryBuilder(name, RecordType.A).Build();
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(server);
    }

    /// <summary>What was left of the last answer's TTL, in seconds.</summary>
    public uint LastTtl { get; private set; }

    /// <summary>The addresses of one answer; null when there was none.</summary>
    public async Task<IReadOnlyList<IPAddress>?> LookUpAsync(CancellationToken cancellationToken)
    {
        _id++;
        _query[0] = (byte)(_id >> 8);
        _query[1] = (byte)_id;
        using CancellationTokenSource deadline = new(AnswerTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _socket.SendAsync(_query, SocketFlags.None, either.Token);
            while (true)
            {
                int received = await _socket.ReceiveAsync(_buffer, SocketFlags.None, either.Token);
                // A late answer to an earlier lookup has another id.
                if (received >= 2 && _buffer[0] == _query[0] && _buffer[1] == _query[1])
                {
                    return Read(received);
                }
            }
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    private IPAddress[]? Read(int length)
    {
        if (Message.TryParse(_buffer.AsSpan(0, length), out Message? message) != MessageParseStatus.Ok || message is not { Rcode: Dns.Rcode.NoError })
        {
            return null;
        }
        LastTtl = message.Answer.Select(record => record.TtlSeconds).DefaultIfEmpty(0u).Min();
        return [.. message.Answer.Where(record => record.Type == RecordType.A).Select(record => new IPAddress(record.Rdata.Span))];
    }
}
