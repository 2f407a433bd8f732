using System.Net;
using System.Net.Sockets;
using DnsTcpClient = Meridian.Conformance.Tests.Client.TcpClient;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>A resolver without cookies whose network a flood pretends to come from: asks again, and comes by TCP when told to.</summary>
internal static class PlainResolver
{
    // As resolvers do it, but with less patience than they have.
    private const int Tries = 6;
    private const int PatienceMs = 300;

    /// <summary>Resolves one name; how many datagrams that took, or null when it failed.</summary>
    public static async Task<int?> TryResolveAsync(IPEndPoint server, IPAddress source, byte[] query, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        for (int attempt = 1; attempt <= Tries; attempt++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(server, cancellationToken);
            await socket.SendAsync(query, cancellationToken);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(PatienceMs);
            try
            {
                int length = await socket.ReceiveAsync(buffer, patience.Token);
                bool isTruncated = length > 2 && (buffer[2] & 0x02) != 0;
                if (!isTruncated || await TryByTcpAsync(server, source, query, cancellationToken))
                {
                    return attempt;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Dropped: over the budget of its network.
            }
        }
        return null;
    }

    private static async Task<bool> TryByTcpAsync(IPEndPoint server, IPAddress source, byte[] query, CancellationToken cancellationToken)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(DnsTcpClient.Frame(query), cancellationToken);
        byte[] prefix = new byte[2];
        return await socket.ReceiveAsync(prefix, cancellationToken) == prefix.Length;
    }
}
