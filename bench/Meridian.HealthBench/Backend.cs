using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.HealthBench;

/// <summary>
/// One server behind all members: it answers on every loopback address, as simply as a server can, because on a small
/// machine what it costs is missing to the checker.
/// </summary>
internal static class Backend
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"u8.ToArray();

    /// <summary>Serves until its input ends.</summary>
    public static async Task<int> RunAsync(int port, bool isTls)
    {
        using X509Certificate2? certificate = isTls ? MakeCertificate() : null;
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(8192);
        Console.WriteLine("ready");
        Task accepting = AcceptAsync(listener, certificate);
        await Console.In.ReadLineAsync();
        listener.Dispose();
        await accepting;
        return 0;
    }

    private static async Task AcceptAsync(Socket listener, X509Certificate2? certificate)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                _ = certificate is null ? ServeAsync(socket) : ServeTlsAsync(socket, certificate);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(2048);
        try
        {
            if (await socket.ReceiveAsync(buffer) > 0)
            {
                await socket.SendAsync(Answer);
            }
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The prober went away first.
        }
        finally
        {
            socket.Dispose();
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task ServeTlsAsync(Socket socket, X509Certificate2 certificate)
    {
        try
        {
            await using SslStream tls = new(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(certificate);
            byte[] buffer = new byte[2048];
            if (await tls.ReadAsync(buffer) > 0)
            {
                await tls.WriteAsync(Answer);
            }
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or SocketException)
        {
            // The prober went away first.
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=bench", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
