using Meridian.Engine.Answering;

namespace Meridian.Server.Deferral;

/// <summary>A message that waits to be answered, with the way back to who sent it. Disposing of it makes room for the next.</summary>
public sealed class DeferredRequest : IDisposable
{
    // What datagrams bring; a message by TCP may need more, once.
    private const int UsualOctets = 4096;

    private readonly DeferredQueue _queue;
    private byte[] _octets = new byte[UsualOctets];
    private int _length;
    private ReplyPath? _path;
    private ReplyAddress _address;

    internal DeferredRequest(DeferredQueue queue) => _queue = queue;

    /// <summary>The message as it came; valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Message => _octets.AsMemory(0, _length);

    /// <summary>Who sent it, how and when.</summary>
    public ClientInfo Client { get; private set; }

    /// <summary>
    /// Sends an answer. By TCP there may be several, which arrive in this order; by UDP one, which must fit into a datagram.
    /// </summary>
    /// <returns>False when it could not be sent: the connection, or the server, has gone.</returns>
    public bool TryReply(ReadOnlySpan<byte> message) => _path is { } path && path.TrySend(in _address, message);

    /// <summary>
    /// Sends one of many answers, and completes when the client has taken all that was sent until now: who waits for it never has
    /// more than one answer in the server's memory.
    /// </summary>
    /// <returns>False when it could not be sent: the connection, or the server, has gone.</returns>
    public Task<bool> ReplyAsync(ReadOnlySpan<byte> message) => _path is { } path ? path.SendAsync(in _address, message) : Task.FromResult(false);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _path, null) is { } path)
        {
            path.End(in _address);
            _queue.Return(this);
        }
    }

    internal void Fill(ReadOnlySpan<byte> message, in ClientInfo client, ReplyPath path, in ReplyAddress address)
    {
        if (message.Length > _octets.Length)
        {
            _octets = new byte[ushort.MaxValue];
        }

        message.CopyTo(_octets);
        _length = message.Length;
        Client = client;
        _address = address;
        _path = path;
    }
}
