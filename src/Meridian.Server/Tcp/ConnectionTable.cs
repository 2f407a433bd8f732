using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;

namespace Meridian.Server.Tcp;

/// <summary>The connections of one TCP thread: by slot, by state, and how many each client has.</summary>
internal sealed class ConnectionTable(TcpLimits limits)
{
    // What one host can use at will: an IPv4 address, an IPv6 /64 (RFC 4291 §2.5.4).
    private const int IPv4ClientPrefix = 32;
    private const int IPv6ClientPrefix = 64;

    // Connection objects kept for reuse: enough for the churn of one round of events, little to hold when idle.
    private const int MaxSpares = 1024;

    private readonly ConnectionQueue[] _queues = [new(), new(), new()];
    private readonly Dictionary<ClientAddress, int> _perClient = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<TcpConnection> _spares = new();
    private TcpConnection?[] _slots = new TcpConnection?[64];
    private int _usedSlots;
    private long _generations;

    public int Count { get; private set; }

    /// <summary>Slots ever used: the bound for going through all connections.</summary>
    public int SlotCount => _usedSlots;

    public bool IsFull => Count >= limits.Connections;

    /// <summary>The connection in a slot; null when it was closed meanwhile.</summary>
    public TcpConnection? this[int slot] => slot < _usedSlots ? _slots[slot] : null;

    /// <summary>The one that has been idle longest.</summary>
    public TcpConnection? LongestIdle => _queues[(int)TcpConnectionState.Idle].First;

    /// <summary>The one whose client has not taken anything of its answers for longest.</summary>
    public TcpConnection? LongestSending => _queues[(int)TcpConnectionState.Sending].First;

    public bool HasRoomFor(ClientAddress address) =>
        !_perClient.TryGetValue(ClientKey(address), out int count) || count < limits.ConnectionsPerClient;

    public TcpConnection Add(int descriptor, ClientAddress address, ushort port, long now)
    {
        Debug.Assert(!IsFull && HasRoomFor(address));
        int slot = _freeSlots.TryPop(out int free) ? free : _usedSlots++;
        if (slot == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        TcpConnection connection = _spares.TryPop(out TcpConnection? spare) ? spare : new TcpConnection();
        connection.Slot = slot;
        connection.Descriptor = descriptor;
        connection.Generation = ++_generations;
        connection.Deferred = 0;
        connection.Address = address;
        connection.Port = port;
        connection.State = TcpConnectionState.Idle;
        connection.Since = now;
        connection.ReadClosed = false;
        connection.Paused = false;
        connection.Answered = false;
        connection.Sent = false;
        _queues[(int)TcpConnectionState.Idle].Append(connection);
        _slots[slot] = connection;
        CollectionsMarshal.GetValueRefOrAddDefault(_perClient, ClientKey(address), out _)++;
        Count++;
        return connection;
    }

    /// <summary>Forgets a connection, which has given its buffers back.</summary>
    public void Remove(TcpConnection connection)
    {
        Debug.Assert(_slots[connection.Slot] == connection && connection.Input is null && connection.Output is null);
        _queues[(int)connection.State].Remove(connection);
        _slots[connection.Slot] = null;
        _freeSlots.Push(connection.Slot);
        ClientAddress key = ClientKey(connection.Address);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_perClient, key) == 0)
        {
            _perClient.Remove(key);
        }

        Count--;
        if (_spares.Count < MaxSpares)
        {
            _spares.Push(connection);
        }
    }

    /// <summary>Moves a connection to the end of a state's queue: its timeout begins now.</summary>
    public void Enter(TcpConnection connection, TcpConnectionState state, long now)
    {
        _queues[(int)connection.State].Remove(connection);
        connection.State = state;
        connection.Since = now;
        _queues[(int)state].Append(connection);
    }

    /// <summary>
    /// A connection that has been in its state for too long, with the reason to close it; null when there is none.
    /// </summary>
    public TcpConnection? NextExpired(long now, out TcpCloseReason reason)
    {
        reason = TcpCloseReason.IdleTimeout;
        if (IsExpired(TcpConnectionState.Idle, limits.IdleTimeout, now))
        {
            return _queues[(int)TcpConnectionState.Idle].First;
        }

        reason = TcpCloseReason.QueryTimeout;
        if (IsExpired(TcpConnectionState.Reading, limits.QueryTimeout, now))
        {
            return _queues[(int)TcpConnectionState.Reading].First;
        }

        reason = TcpCloseReason.SendTimeout;
        return IsExpired(TcpConnectionState.Sending, limits.SendTimeout, now)
            ? _queues[(int)TcpConnectionState.Sending].First
            : null;
    }

    private static ClientAddress ClientKey(ClientAddress address) =>
        address.Mask(address.IsIPv4 ? IPv4ClientPrefix : IPv6ClientPrefix);

    private bool IsExpired(TcpConnectionState state, TimeSpan timeout, long now) =>
        _queues[(int)state].First is { } first && now - first.Since >= (long)timeout.TotalMilliseconds;
}
