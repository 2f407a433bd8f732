using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Meridian.HealthBench.Outage;

/// <summary>A member with a server of its own, which can die in one way and come back.</summary>
internal sealed class MortalMember(int number, WayToDie way, int port, CertificatePair certificates) : IDisposable
{
    private static readonly byte[] Fine = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfine\n"u8.ToArray();
    private static readonly byte[] Broken = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly byte[] Wrong = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\noops\n"u8.ToArray();

    private readonly IPEndPoint _address = new(new IPAddress([127, 2, (byte)(number >> 8), (byte)number]), port);
    private readonly List<Socket> _held = [];
    private Socket? _listener;
    private volatile bool _isDead;

    public int Number { get; } = number;

    public WayToDie Way { get; } = way;

    public IPAddress Address => _address.Address;

    public bool IsTls => Way == WayToDie.ExpiredCertificate;

    public void Start()
    {
        _listener = Listen(64);
        _ = AcceptAsync(_listener);
    }

    public void Die()
    {
        _isDead = true;
        if (Way == WayToDie.ListenerClosed)
        {
            _listener?.Dispose();
        }
        else if (Way == WayToDie.HostSilent)
        {
            // A listener that accepts nothing and whose queue is full: the kernel drops every further SYN, as a dead host would.
            _listener?.Dispose();
            _listener = Listen(0);
            for (int i = 0; i < 3; i++)
            {
                Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _held.Add(filler);
                try
                {
                    filler.Connect(_address);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // It stands in the queue, or waits for a place in it: either fills it.
                }
            }
        }
    }

    public void Return()
    {
        _isDead = false;
        if (Way is WayToDie.ListenerClosed or WayToDie.HostSilent)
        {
            _listener?.Dispose();
            _held.ForEach(socket => socket.Dispose());
            _held.Clear();
            Start();
        }
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _held.ForEach(socket => socket.Dispose());
    }

    private Socket Listen(int backlog)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(_address);
        listener.Listen(backlog);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed: dead, or the end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using Stream stream = await OpenAsync(socket);
            byte[] buffer = new byte[2048];
            if (await stream.ReadAsync(buffer) == 0)
            {
                return;
            }
            if (_isDead && Way == WayToDie.HangsAfterConnect)
            {
                // Until the prober gives up.
                while (await stream.ReadAsync(buffer) > 0)
                {
                }
                return;
            }
            await stream.WriteAsync(!_isDead ? Fine : Way switch
            {
                WayToDie.Status500 => Broken,
                WayToDie.WrongBody => Wrong,
                _ => Fine,
            });
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            // The prober went away first.
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        NetworkStream plain = new(socket, ownsSocket: true);
        if (!IsTls)
        {
            return plain;
        }
        SslStream tls = new(plain);
        SslStreamCertificateContext context = _isDead ? certificates.Expired : certificates.Valid;
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
        return tls;
    }
}

/// <summary>The certificates of a member before and after its death.</summary>
internal sealed record CertificatePair(SslStreamCertificateContext Valid, SslStreamCertificateContext Expired, string AuthorityPem);
