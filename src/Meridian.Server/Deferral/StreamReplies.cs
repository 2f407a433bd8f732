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

    public override Task<bool> SendAsync(in ReplyAddress address, ReadOnlySpan<byte> message)
    {
        // Whoever waits goes on elsewhere: the thread that has the connection has others to serve.
        TaskCompletionSource<bool> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return Post(in address, message.ToArray(), taken) ? taken.Task : Task.FromResult(false);
    }

    public override void End(in ReplyAddress address) => Post(in address, null);

    /// <summary>The next answer; taken by the thread.</summary>
    public bool TryTake([NotNullWhen(true)] out StreamReply? reply) => _replies.TryDequeue(out reply);

    /// <summary>The thread has ended: nothing is taken from here on.</summary>
    public void Close()
    {
        _isClosed = true;
        while (_replies.TryDequeue(out StreamReply? reply))
        {
            reply.Taken?.TrySetResult(false);
        }
    }

    private bool Post(in ReplyAddress address, byte[]? message, TaskCompletionSource<bool>? taken = null)
    {
        if (_isClosed)
        {
            return false;
        }

        _replies.Enqueue(new StreamReply(address.Slot, address.Generation, message, taken));
        wake.Signal();
        if (_isClosed && taken is not null)
        {
            // It ended meanwhile, and may have looked before this was there.
            taken.TrySetResult(false);
        }
        return true;
    }
}

/// <summary>An answer for a connection.</summary>
/// <param name="Slot">Where the connection was.</param>
/// <param name="Generation">Which it was: the slot may have another by now.</param>
/// <param name="Message">Null when the request has been answered for good.</param>
/// <param name="Taken">Told when the client has taken it, or never will; null when nobody waits.</param>
internal sealed record StreamReply(int Slot, long Generation, byte[]? Message, TaskCompletionSource<bool>? Taken);
