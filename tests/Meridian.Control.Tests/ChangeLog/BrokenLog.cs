using System.Runtime.CompilerServices;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>A log that cannot be read while a test says so, and that keeps only as much of the past as it says.</summary>
internal sealed class BrokenLog(IChangeLog inner) : PassingLog(inner)
{
    private volatile bool _isBroken;
    private long _floor;

    /// <summary>How often reading failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether nothing can be read.</summary>
    public bool IsBroken
    {
        get => _isBroken;
        set => _isBroken = value;
    }

    public override long OldestNumber => Volatile.Read(ref _floor) + 1;

    /// <summary>Forgets the entries up to a revision.</summary>
    public void CutTo(long floor) => Volatile.Write(ref _floor, floor);

    public override async IAsyncEnumerable<LogEntry> ReadFromAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read(after);
        await foreach (LogEntry entry in Inner.ReadFromAsync(after, cancellationToken))
        {
            yield return entry;
        }
    }

    public override async IAsyncEnumerable<LogEntry> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read(after);
        await foreach (LogEntry entry in Inner.WatchAsync(after, cancellationToken))
        {
            Read(entry.Revision.Number - 1);
            yield return entry;
        }
    }

    public override ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken)
    {
        Read(Volatile.Read(ref _floor));
        return Inner.StateAsync(cancellationToken);
    }

    private void Read(long after)
    {
        if (IsBroken || after < Volatile.Read(ref _floor))
        {
            Failures++;
            throw new ChangeLogException(IsBroken ? "the disk does not answer" : $"the history after {after} is no longer kept");
        }
    }
}
