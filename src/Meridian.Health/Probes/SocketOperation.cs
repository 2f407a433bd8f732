using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Meridian.Health.Probes;

/// <summary>
/// One socket operation at a time, awaited as its <see cref="SocketError"/>. The task-based socket calls throw for each
/// refused connection; with thousands of members down that would cost more than the probes themselves.
/// </summary>
internal sealed class SocketOperation : SocketAsyncEventArgs, IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _source;

    internal SocketOperation()
        : base(unsafeSuppressExecutionContextFlow: true)
    {
    }

    internal ValueTask<SocketError> ConnectAsync(Socket socket) => Start(socket, static (s, o) => s.ConnectAsync(o));

    internal ValueTask<SocketError> SendAsync(Socket socket) => Start(socket, static (s, o) => s.SendAsync(o));

    internal ValueTask<SocketError> ReceiveAsync(Socket socket) => Start(socket, static (s, o) => s.ReceiveAsync(o));

    /// <summary>Whether it may not be used again.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Lets go of the last connection's address and buffer.</summary>
    internal void Forget()
    {
        RemoteEndPoint = null;
        SetBuffer(default);
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(e.SocketError);

    private ValueTask<SocketError> Start(Socket socket, Func<Socket, SocketOperation, bool> start)
    {
        _source.Reset();
        try
        {
            return start(socket, this) ? new ValueTask<SocketError>(this, _source.Version) : ValueTask.FromResult(SocketError);
        }
        catch (ObjectDisposedException)
        {
            // The deadline closed the socket between two operations. What became of this one inside is not known.
            IsBroken = true;
            return ValueTask.FromResult(SocketError.OperationAborted);
        }
    }
}
