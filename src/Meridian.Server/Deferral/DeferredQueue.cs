using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Meridian.Server.Deferral;

/// <summary>
/// Messages that cannot be answered in place, on their way from the answering threads to whoever answers them. Its memory is
/// there from the start and goes round: a full queue drops, and never grows or waits. What comes this way is rare (signed
/// updates), which is why an answering thread may here, and only here, meet the short lock of a channel.
/// </summary>
public sealed class DeferredQueue
{
    /// <summary>
    /// Messages waiting or being answered, at the most: 1 to 65,536. 256 is a burst from as many clients at once; checking a
    /// signature takes some ten microseconds, so the last of them waits a few milliseconds.
    /// </summary>
    public const int DefaultCapacity = 256;

    private readonly Channel<DeferredRequest> _free;
    private readonly Channel<DeferredRequest> _waiting;

    /// <param name="capacity">See <see cref="DefaultCapacity"/>.</param>
    public DeferredQueue(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 65_536);
        _free = Channel.CreateBounded<DeferredRequest>(capacity);
        _waiting = Channel.CreateBounded<DeferredRequest>(capacity);
        for (int i = 0; i < capacity; i++)
        {
            _free.Writer.TryWrite(new DeferredRequest(this));
        }
    }

    /// <summary>The next message, once there is one. Whoever takes it disposes of it.</summary>
    public ValueTask<DeferredRequest> ReadAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAsync(cancellationToken);

    /// <summary>Takes a request to fill; false when all are in use.</summary>
    internal bool TryRent([NotNullWhen(true)] out DeferredRequest? request) => _free.Reader.TryRead(out request);

    /// <summary>Hands a filled request over.</summary>
    internal void Add(DeferredRequest request) => _waiting.Writer.TryWrite(request);

    internal void Return(DeferredRequest request) => _free.Writer.TryWrite(request);
}
