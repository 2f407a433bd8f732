using Meridian.Control.ChangeLog;

namespace Meridian.Control.Access;

/// <summary>
/// Where dynamic updates came from, until their lines are in the audit log: the change log knows the key, and not the address.
/// Written by who makes updates, read by <see cref="ChangeAudit"/>.
/// </summary>
public sealed class UpdateSources(TimeProvider time)
{
    // 100 to 1,000,000: updates whose lines are not written yet. When nobody writes lines, the oldest go.
    private const int CountMax = 10_000;

    // 1 to 100 ms, and 100 ms to 10 s: a revision is seen in the log some milliseconds before its update has ended.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, string> _sources = [];
    private readonly Queue<long> _order = [];

    /// <summary>Remembers where the update came from that became a revision.</summary>
    public void Add(long revision, string source)
    {
        lock (_lock)
        {
            if (!_sources.TryAdd(revision, source))
            {
                return;
            }
            _order.Enqueue(revision);
            if (_order.Count > CountMax)
            {
                _sources.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Where the update of a revision came from; null when nobody knows, as after a restart.</summary>
    public async Task<string?> FindAsync(Revision revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Find(revision.Number) is { } source)
            {
                return source;
            }
            if (time.GetUtcNow() - revision.At >= Patience)
            {
                return null;
            }
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    private string? Find(long revision)
    {
        lock (_lock)
        {
            return _sources.GetValueOrDefault(revision);
        }
    }
}
