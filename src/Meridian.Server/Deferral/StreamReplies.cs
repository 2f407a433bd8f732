using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Meridian.Server.Native;

namespace Meridian.Server.Deferral;

/// <summary>Hands answers to the thread that has the connection, which alone writes to it.</summary>
internal sealed class StreamReplies(WakeEvent wake) : ReplyPath
{
    private readonly ConcurrentQueue<StreamReply> _replies = new();
    private volatile bool _isClosed;

    public override bool TrySend(in ReplyAddress address, ReadOnlySpan<byte> message) => Post(in address, message.ToArray());

    public override void End(in ReplyAddress address) => Post(in address, null);

    /// <summary>The next answer; taken by the thread.</summary>
    public bool TryTake([NotNullWhen(true)] out StreamReply? reply) => _replies.TryDequeue(out reply);

    /// <summary>The thread has ended: nothing is taken from here on.</summary>
    public void Close() => _isClosed = true;

    private bool Post(in ReplyAddress address, byte[]? message)
    {
        if (_isClosed)
        {
            return false;
        }

        _replies.Enqueue(new StreamReply(address.Slot, address.Generation, message));
        wake.Signal();
        return true;
    }
}

/// <summary>An answer for a connection.</summary>
/// <param name="Slot">Where the connection was.</param>
/// <param name="Generation">Which it was: the slot may have another by now.</param>
/// <param name="Message">Null when the request has been answered for good.</param>
internal sealed record StreamReply(int Slot, long Generation, byte[]? Message);
