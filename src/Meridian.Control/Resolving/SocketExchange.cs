using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Control.Resolving;

/// <summary>
/// Asks over sockets. Each query has a socket of its own, connected to the server: the kernel gives each a random port and lets
/// in nothing from elsewhere, which is what keeps an off-path attacker guessing (RFC 5452 §9.2).
/// </summary>
public sealed class SocketExchange : IDnsExchange
{
    public async Task<DnsExchangeResult> ExchangeAsync(
        ReadOnlyMemory<byte> query, IPEndPoint server, bool isTcp, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken)
    {
        try
        {
            return isTcp
                ? await AskTcpAsync(query, server, isResponse, cancellationToken)
                : await AskUdpAsync(query, server, isResponse, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return DnsExchangeResult.Failed("no answer in time");
        }
        catch (SocketException e)
        {
            return DnsExchangeResult.Failed(e.SocketErrorCode == SocketError.ConnectionRefused ? "nobody listens there" : e.Message);
        }
    }

    private static async Task<DnsExchangeResult> AskUdpAsync(
        ReadOnlyMemory<byte> query, IPEndPoint server, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(query, SocketFlags.None, cancellationToken);
        byte[] buffer = new byte[ResolvingLimits.UdpPayloadSize];
        for (int i = 0; i < ResolvingLimits.MaxStrayDatagrams; i++)
        {
            int length = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellationToken);
            if (isResponse(buffer.AsMemory(0, length)))
            {
                return new DnsExchangeResult(buffer[..length], "");
            }
        }
        return DnsExchangeResult.Failed("answers to other questions came: somebody may be guessing");
    }

    private static async Task<DnsExchangeResult> AskTcpAsync(
        ReadOnlyMemory<byte> query, IPEndPoint server, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        // RFC 7766 §8: the length and the message in one segment.
        byte[] framed = new byte[sizeof(ushort) + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsMemory(sizeof(ushort)));
        for (int sent = 0; sent < framed.Length;)
        {
            sent += await socket.SendAsync(framed.AsMemory(sent), SocketFlags.None, cancellationToken);
        }
        byte[] prefix = new byte[sizeof(ushort)];
        if (!await TryFillAsync(socket, prefix, cancellationToken))
        {
            return DnsExchangeResult.Failed("the connection was closed without an answer");
        }
        byte[] response = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        return !await TryFillAsync(socket, response, cancellationToken)
            ? DnsExchangeResult.Failed("the connection was closed within an answer")
            : isResponse(response) ? new DnsExchangeResult(response, "") : DnsExchangeResult.Failed("what came answers another question");
    }

    private static async Task<bool> TryFillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (length == 0)
            {
                return false;
            }
            buffer = buffer[length..];
        }
        return true;
    }
}
