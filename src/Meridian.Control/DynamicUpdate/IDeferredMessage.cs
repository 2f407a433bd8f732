using Meridian.Engine.Answering;

namespace Meridian.Control.DynamicUpdate;

/// <summary>A message that the transports handed over to be answered later. Disposing of it gives its memory back.</summary>
public interface IDeferredMessage : IDisposable
{
    /// <summary>As it came; valid until it is disposed of.</summary>
    ReadOnlyMemory<byte> Message { get; }

    /// <summary>Who sent it, how and when.</summary>
    ClientInfo Client { get; }

    /// <summary>Sends an answer.</summary>
    /// <returns>False when whoever asked has gone.</returns>
    bool TryReply(ReadOnlySpan<byte> message);

    /// <summary>Sends one of several answers, by TCP, and completes when the client has taken it.</summary>
    /// <returns>False when whoever asked has gone.</returns>
    Task<bool> ReplyAsync(ReadOnlySpan<byte> message);
}
