using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Tcp;

namespace Meridian.Server.Deferral;

/// <summary>Hands messages of one TCP thread to the queue.</summary>
/// <param name="Queue">Null takes nothing.</param>
/// <param name="Replies">The way back.</param>
/// <param name="Counters">The thread's own.</param>
internal sealed record StreamDeferral(DeferredQueue? Queue, StreamReplies Replies, TrafficCounters Counters)
{
    public bool TryDefer(TcpConnection connection, ReadOnlySpan<byte> message, in ClientInfo client)
    {
        if (Queue is not { } queue || !queue.TryRent(out DeferredRequest? request))
        {
            return false;
        }

        ReplyAddress address = new() { Slot = connection.Slot, Generation = connection.Generation };
        connection.Deferred++;
        request.Fill(message, in client, Replies, in address);
        // Before it is handed over: whoever looks after its answer has come finds it counted.
        Counters.CountDeferred();
        queue.Add(request);
        return true;
    }
}
