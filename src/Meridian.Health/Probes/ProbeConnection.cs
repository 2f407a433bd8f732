using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Health.Probes;

/// <summary>
/// One connection of one attempt: TCP, plain or with TLS on top, or a connected datagram socket. When the deadline passes, it is closed under whatever
/// runs on it, which then ends with <see cref="SocketError.OperationAborted"/>.
/// </summary>
internal sealed class ProbeConnection : IDisposable
{
    // Linger 0 frees the connection of a silent peer at once; an orderly close would leave an orphan in the kernel that
    // repeats its FIN for minutes, one for each failed probe.
    private static readonly LingerOption Reset = new(true, 0);

    private readonly Socket _socket;
    private readonly SocketOperationPool _operations;
    private readonly SocketOperation _operation;
    private readonly CancellationToken _deadline;
    private readonly CancellationTokenRegistration _registration;
    private SslStream? _tls;

    private ProbeConnection(Socket socket, SocketOperationPool operations, CancellationToken deadline)
    {
        _socket = socket;
        _operations = operations;
        _operation = operations.Take();
        _deadline = deadline;
        _registration = deadline.UnsafeRegister(static state => ((ProbeConnection)state!).Abort(), this);
    }

    /// <summary>Makes a socket of the right family; null with the error when this machine has none to give.</summary>
    internal static ProbeConnection? TryOpen(
        AddressFamily family, SocketKind kind, IPAddress? source, SocketOperationPool operations, CancellationToken deadline, out SocketError error)
    {
        Socket? socket = null;
        try
        {
            socket = kind.Open(family);
            if (source is not null)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            error = SocketError.Success;
            return new ProbeConnection(socket, operations, deadline);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            error = e.SocketErrorCode;
            return null;
        }
    }

    /// <summary>Whether the socket gives packets with their IP header, as raw ones do.</summary>
    internal bool IsRaw => _socket.SocketType == SocketType.Raw;

    internal AddressFamily Family => _socket.AddressFamily;

    /// <summary>What TLS and the peer agreed on (ALPN); empty for nothing.</summary>
    internal SslApplicationProtocol NegotiatedProtocol => _tls?.NegotiatedApplicationProtocol ?? default;

    /// <summary>When the peer's certificate ends, in UTC; null without TLS.</summary>
    internal DateTime? CertificateEnd => (_tls?.RemoteCertificate as X509Certificate2)?.NotAfter.ToUniversalTime();

    /// <summary>The connection for code that reads and writes streams.</summary>
    internal Stream OpenStream() => _tls ?? (Stream)new NetworkStream(_socket, ownsSocket: false);

    internal ValueTask<SocketError> ConnectAsync(IPEndPoint peer)
    {
        _operation.RemoteEndPoint = peer;
        return _operation.ConnectAsync(_socket);
    }

    /// <summary>Puts TLS on the connection. Throws what <see cref="SslStream"/> throws: the caller words it.</summary>
    internal async ValueTask AuthenticateAsync(SslClientAuthenticationOptions options)
    {
        _tls = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        await _tls.AuthenticateAsClientAsync(options, _deadline);
    }

    /// <summary>Sends all of it.</summary>
    internal async ValueTask<SocketError> SendAsync(Memory<byte> data)
    {
        if (_tls is not null)
        {
            return await SendOverTlsAsync(_tls, data);
        }

        // A request is far smaller than a fresh socket's send buffer, so this is one turn; the loop is for the rule.
        while (!data.IsEmpty)
        {
            _operation.SetBuffer(data);
            SocketError error = await _operation.SendAsync(_socket);
            if (error != SocketError.Success)
            {
                return error;
            }

            data = data[_operation.BytesTransferred..];
        }

        return SocketError.Success;
    }

    /// <summary>Receives what is there; zero octets without an error is the peer's orderly end.</summary>
    internal async ValueTask<(int Length, SocketError Error)> ReceiveAsync(Memory<byte> buffer)
    {
        if (_tls is not null)
        {
            return await ReceiveOverTlsAsync(_tls, buffer);
        }

        _operation.SetBuffer(buffer);
        SocketError error = await _operation.ReceiveAsync(_socket);
        return (error == SocketError.Success ? _operation.BytesTransferred : 0, error);
    }

    /// <summary>
    /// Says goodbye as TLS has it, so that the peer's log stays clean; of TCP, closing the socket says it. What goes wrong now no
    /// longer matters.
    /// </summary>
    internal ValueTask CloseAsync() => _tls is null ? ValueTask.CompletedTask : new ValueTask(CloseTlsAsync(_tls));

    private static async Task CloseTlsAsync(SslStream tls)
    {
        try
        {
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer was quicker; there is nobody left to say goodbye to.
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _tls?.Dispose();
        _socket.Dispose();

        // Every operation is awaited before the connection is disposed, so none runs any more.
        _operations.Return(_operation);
    }

    private void Abort()
    {
        try
        {
            _socket.LingerState = Reset;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not connected yet or gone already: closing is all there is to do.
        }

        _socket.Dispose();
    }

    private async ValueTask<SocketError> SendOverTlsAsync(SslStream tls, Memory<byte> data)
    {
        try
        {
            await tls.WriteAsync(data, _deadline);
            return SocketError.Success;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return ErrorOf(e);
        }
    }

    private async ValueTask<(int Length, SocketError Error)> ReceiveOverTlsAsync(SslStream tls, Memory<byte> buffer)
    {
        try
        {
            return (await tls.ReadAsync(buffer, _deadline), SocketError.Success);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return (0, ErrorOf(e));
        }
    }

    private SocketError ErrorOf(Exception exception) => _deadline.IsCancellationRequested
        ? SocketError.OperationAborted
        : exception.InnerException is SocketException inner ? inner.SocketErrorCode : SocketError.ConnectionReset;
}
