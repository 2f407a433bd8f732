using System.Diagnostics;

namespace Meridian.Server.Tcp;

/// <summary>
/// Connections in one state, longest there first. Every state has one timeout, so the first is always the next to time
/// out, and nothing else need be looked at.
/// </summary>
internal sealed class ConnectionQueue
{
    private TcpConnection? _last;

    public TcpConnection? First { get; private set; }

    public void Append(TcpConnection connection)
    {
        Debug.Assert(connection.Previous is null && connection.Next is null && connection != First);
        connection.Previous = _last;
        if (_last is null)
        {
            First = connection;
        }
        else
        {
            _last.Next = connection;
        }

        _last = connection;
    }

    public void Remove(TcpConnection connection)
    {
        if (connection.Previous is null)
        {
            Debug.Assert(First == connection);
            First = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is null)
        {
            Debug.Assert(_last == connection);
            _last = connection.Previous;
        }
        else
        {
            connection.Next.Previous = connection.Previous;
        }

        connection.Previous = null;
        connection.Next = null;
    }
}
