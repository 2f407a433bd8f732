using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Functional.Tests.Support;

/// <summary>How a backend treats a request.</summary>
internal enum BackendMood
{
    /// <summary>200.</summary>
    Well,

    /// <summary>503.</summary>
    Failing,

    /// <summary>Takes the connection and says nothing, as a process does that hangs.</summary>
    Silent,
}

/// <summary>A small web server on a loopback address, at a port that the system chose and that it keeps over stops and starts.</summary>
internal sealed class Backend : IDisposable
{
    private readonly HashSet<TcpClient> _open = [];
    private readonly Lock _gate = new();
    private TcpListener? _listener;
    private volatile BackendMood _mood;

    public Backend(string address)
    {
        Address = new IPEndPoint(IPAddress.Parse(address), 0);
        Start();
    }

    public IPEndPoint Address { get; private set; }

    public BackendMood Mood
    {
        get => _mood;
        set => _mood = value;
    }

    public void Start()
    {
        TcpListener listener = new(Address);
        listener.Start();
        lock (_gate)
        {
            _listener = listener;
        }
        Address = (IPEndPoint)listener.LocalEndpoint;
        _ = AcceptAsync(listener);
    }

    /// <summary>From here on connections are refused, and those that are open are reset, as when the process is killed.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _listener?.Stop();
            _listener = null;
            foreach (TcpClient client in _open)
            {
                client.Client.Close(0);
            }
            _open.Clear();
        }
    }

    public void Dispose() => Stop();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(CancellationToken.None);
                lock (_gate)
                {
                    if (_listener != listener)
                    {
                        // Accepted in the moment of the stop.
                        client.Client.Close(0);
                        return;
                    }
                    _open.Add(client);
                }
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            byte[] request = new byte[4096];
            if (await client.GetStream().ReadAsync(request) == 0)
            {
                return;
            }
            if (Mood == BackendMood.Silent)
            {
                // Until the client gives up, or the backend is stopped.
                _ = await client.GetStream().ReadAsync(request);
                return;
            }
            string status = Mood == BackendMood.Well ? "200 OK" : "503 Service Unavailable";
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client went, or this backend was stopped.
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(client);
            }
            client.Dispose();
        }
    }
}
