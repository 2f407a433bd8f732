using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Server.Tests.Support;

/// <summary>A TCP client that can misbehave.</summary>
internal sealed class TcpDnsClient : IDisposable
{
    private TcpDnsClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static TcpDnsClient Connect(IPEndPoint endpoint, int? receiveBuffer)
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        if (receiveBuffer is { } octets)
        {
            socket.ReceiveBufferSize = octets;
        }

        socket.Connect(endpoint);
        return new TcpDnsClient(socket);
    }

    public void Send(params byte[][] messages) => SendRaw(Queries.Framed(messages));

    public void SendRaw(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            octets = octets[Socket.Send(octets)..];
        }
    }

    /// <summary>The next answer; null at the end of the stream.</summary>
    public byte[]? Receive()
    {
        byte[] prefix = new byte[2];
        if (!TryFill(prefix))
        {
            return null;
        }

        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        Assert.True(TryFill(message), "The stream ended inside a message.");
        return message;
    }

    public byte[] Exchange(byte[] query)
    {
        Send(query);
        return Receive() ?? throw new InvalidOperationException("Closed instead of answered.");
    }

    /// <summary>True when the server has closed the connection, by end of stream or reset.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            return Socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => Socket.Dispose();

    private bool TryFill(Span<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            int received = Socket.Receive(octets);
            if (received == 0)
            {
                return false;
            }

            octets = octets[received..];
        }

        return true;
    }
}
