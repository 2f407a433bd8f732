using System.Collections.Concurrent;

namespace Meridian.Health.Probes;

/// <summary>
/// Socket operations between probes. Each is some 600 octets with a finalizer: made anew for every probe they are a good
/// part of what 10,000 probes a second leave to the garbage collector.
/// </summary>
internal sealed class SocketOperationPool
{
    // As many as probes usually run at once; more than these are made and thrown away.
    private const int MaxKept = 1024;

    private readonly ConcurrentStack<SocketOperation> _free = new();

    // The stack's own count walks through all of it.
    private int _count;

    internal SocketOperation Take()
    {
        if (!_free.TryPop(out SocketOperation? operation))
        {
            return new SocketOperation();
        }

        Interlocked.Decrement(ref _count);
        return operation;
    }

    /// <summary>Takes an operation back that is not running. The bound is not exact, and need not be.</summary>
    internal void Return(SocketOperation operation)
    {
        if (operation.IsBroken || Volatile.Read(ref _count) >= MaxKept)
        {
            operation.Dispose();
            return;
        }

        operation.Forget();
        Interlocked.Increment(ref _count);
        _free.Push(operation);
    }
}
