using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Conformance.Tests.Client;

/// <summary>Asks one question at a time over UDP, from a port of its own.</summary>
internal sealed class UdpClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private const int Attempts = 3;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    /// <param name="server">Who is asked.</param>
    /// <param name="source">The address to ask from; null is the one that the system chooses.</param>
    public UdpClient(IPEndPoint server, IPAddress? source = null)
    {
        if (source is not null)
        {
            _socket.Bind(new IPEndPoint(source, 0));
        }
        _socket.Connect(server);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The answer with the query's id, or null when none came. Asks again when a datagram may have been lost.</summary>
    public byte[]? Ask(ReadOnlySpan<byte> query)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                _socket.Send(query);
                if (Receive(query[..Math.Min(2, query.Length)], Patience) is { } answer)
                {
                    return answer;
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // Nobody listens yet: an ICMP error told so.
                return null;
            }
        }
        return null;
    }

    /// <summary>
    /// Whether a message is answered, told without waiting for a time-out: a probe sent behind it is answered, and the message
    /// itself is not until a moment after that.
    /// </summary>
    public byte[]? AskWithProbe(ReadOnlySpan<byte> query, ReadOnlySpan<byte> probe)
    {
        _socket.Send(query);
        _socket.Send(probe);
        byte[]? early = null;
        long start = Stopwatch.GetTimestamp();
        while (TryReceive(Patience - Stopwatch.GetElapsedTime(start)) is { } received)
        {
            if (!received.AsSpan().StartsWith(probe[..2]))
            {
                early = received;
                continue;
            }
            return early ?? TryReceive(TimeSpan.FromMilliseconds(50));
        }
        throw new InvalidOperationException("the server does not answer the probe");
    }

    private byte[]? Receive(ReadOnlySpan<byte> id, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (TryReceive(patience - Stopwatch.GetElapsedTime(start)) is { } received)
        {
            // Late answers to earlier questions are passed over.
            if (received.AsSpan().StartsWith(id))
            {
                return received;
            }
        }
        return null;
    }

    private byte[]? TryReceive(TimeSpan patience)
    {
        if (patience <= TimeSpan.Zero || !_socket.Poll(patience, SelectMode.SelectRead))
        {
            return null;
        }
        int length = _socket.Receive(_buffer);
        return _buffer[..length];
    }
}
