using System.Net;
using System.Net.Sockets;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>
/// Connections that cost a server as much as a client can make them: written to octet by octet, or never read from. From ten
/// addresses, because no address gets as many. Those that the server closes are opened again.
/// </summary>
internal sealed class SlowCrowd : IDisposable
{
    private const int Addresses = 10;

    private readonly IPEndPoint _server;
    private readonly byte[] _octets;
    private readonly int _octetsPerSecond;
    private readonly Connection[] _connections;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="server">The target.</param>
    /// <param name="count">Connections.</param>
    /// <param name="octets">What each sends, over and over.</param>
    /// <param name="octetsPerSecond">How much of it in a second, in single octets; 0 for all of it, once, at the start.</param>
    public SlowCrowd(IPEndPoint server, int count, byte[] octets, int octetsPerSecond)
    {
        _server = server;
        _octets = octets;
        _octetsPerSecond = octetsPerSecond;
        _connections = [.. Enumerable.Range(0, count).Select(index => new Connection { Index = index })];
        _thread = new Thread(Run) { Name = "slow", IsBackground = true };
    }

    /// <summary>Connections that the server closed, each of which was opened again.</summary>
    public long Closed { get; private set; }

    public long OctetsSent { get; private set; }

    /// <summary>Opens all of them, and goes on.</summary>
    public void Start()
    {
        foreach (Connection connection in _connections)
        {
            Connect(connection);
        }
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (Connection connection in _connections)
        {
            connection.Socket?.Dispose();
        }
    }

    private void Run()
    {
        Pacer pacer = new((double)_octetsPerSecond * _connections.Length);
        using ManualResetEventSlim pause = new();
        long turn = 0;
        while (!_isStopping)
        {
            for (int due = pacer.TakeDue(); due > 0 && !_isStopping; due--)
            {
                Dribble(_connections[turn++ % _connections.Length]);
            }
            pause.Wait(1);
        }
    }

    private void Dribble(Connection connection)
    {
        try
        {
            connection.Socket?.Send(_octets.AsSpan(connection.Position, 1));
            connection.Position = (connection.Position + 1) % _octets.Length;
            OctetsSent++;
        }
        catch (SocketException)
        {
            connection.Socket?.Dispose();
            Closed++;
            Connect(connection);
        }
    }

    private void Connect(Connection connection)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 90, 0, (byte)(1 + (connection.Index % Addresses))]), 0));
        socket.Connect(_server);
        connection.Socket = socket;
        connection.Position = 0;
        if (_octetsPerSecond == 0)
        {
            socket.Blocking = false;
            OctetsSent += socket.Send(_octets);
        }
    }

    private sealed class Connection
    {
        public int Index { get; init; }

        public Socket? Socket { get; set; }

        public int Position { get; set; }
    }
}
