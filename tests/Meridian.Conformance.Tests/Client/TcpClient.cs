using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Conformance.Tests.Client;

/// <summary>One connection; messages carry their length (RFC 1035 §4.2.2).</summary>
internal sealed class TcpClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public TcpClient(IPEndPoint server)
    {
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _socket.Connect(server);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>One question, one answer; null when the server closed the connection or did not answer in time.</summary>
    public byte[]? Ask(ReadOnlySpan<byte> query)
    {
        Send(Frame(query));
        return Receive();
    }

    /// <summary>As <see cref="Ask"/>, on a connection that the server may have closed: null then too.</summary>
    public byte[]? TryAsk(ReadOnlySpan<byte> query)
    {
        try
        {
            return Ask(query);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        byte[] framed = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed.AsSpan(2));
        return framed;
    }

    public void Send(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            octets = octets[_socket.Send(octets)..];
        }
    }

    /// <summary>Tells the server that nothing more will come; answers may still.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next message, or null.</summary>
    public byte[]? Receive()
    {
        byte[] prefix = new byte[2];
        if (!TryReceive(prefix))
        {
            return null;
        }
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        return TryReceive(message) ? message : null;
    }

    private bool TryReceive(Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int received = _socket.Receive(destination);
                if (received == 0)
                {
                    return false;
                }
                destination = destination[received..];
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
