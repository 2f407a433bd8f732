using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Health.Tests.Support;

/// <summary>A TCP server on a free loopback port whose behaviour is a function of each connection.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    private LoopbackServer(IPEndPoint at, Func<NetworkStream, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(at);
        _listener.Listen(128);
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    internal int Accepted => Volatile.Read(ref _accepted);

    internal static LoopbackServer Start(Func<NetworkStream, CancellationToken, Task> serve, IPAddress? address = null, int port = 0) =>
        new(new IPEndPoint(address ?? IPAddress.Loopback, port), serve);

    /// <summary>Reads a request, sends these pieces as packets of their own, and closes.</summary>
    internal static LoopbackServer Answering(params string[] pieces) => Start(async (stream, stop) =>
    {
        await ReadRequestAsync(stream, stop);
        await SendAsync(stream, stop, pieces);
    });

    internal static async Task SendAsync(Stream stream, CancellationToken stop, params string[] pieces)
    {
        foreach (string piece in pieces)
        {
            // Nagle is off and each write goes to a peer that reads at once: pieces mostly arrive one by one.
            await stream.WriteAsync(Encoding.Latin1.GetBytes(piece), stop);
            await stream.FlushAsync(stop);
            await Task.Yield();
        }
    }

    internal static async Task<string> ReadRequestAsync(Stream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[8192];
        int length = 0;
        while (!Encoding.Latin1.GetString(buffer, 0, length).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    /// <summary>A port of loopback on which nothing listens.</summary>
    internal static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
#pragma warning disable VSTHRD003 // Started by the constructor of this very object, and there is no synchronisation context.
        await _accepting;
#pragma warning restore VSTHRD003
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            await _serve(stream, _stop.Token);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
        }
    }
}
