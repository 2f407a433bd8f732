using System.Collections.Immutable;
using Meridian.Dns.Names;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// Updates of the same name take turns, so that they do not go on winning races against each other; those of different names go
/// on side by side. Who comes by another door is met by the preconditions.
/// </summary>
internal sealed class OwnerLocks : IDisposable
{
    // Eight updates at a time seldom share one of 64; an update with a thousand names takes them all.
    private const int Count = 64;

    private readonly ImmutableArray<SemaphoreSlim> _locks = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the turn of all these names. Disposing of the result ends it.</summary>
    public async Task<IDisposable> EnterAsync(IEnumerable<DomainName> owners, CancellationToken cancellationToken)
    {
        Turn turn = new();
        try
        {
            // In one order for all, so that no two wait for each other.
            foreach (int index in owners.Select(owner => (int)((uint)owner.GetHashCode() % Count)).Distinct().Order())
            {
                await _locks[index].WaitAsync(cancellationToken);
                turn.Add(_locks[index]);
            }
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim one in _locks)
        {
            one.Dispose();
        }
    }

    private sealed class Turn : IDisposable
    {
        private readonly List<SemaphoreSlim> _held = [];

        public void Add(SemaphoreSlim held) => _held.Add(held);

        public void Dispose() => _held.ForEach(held => held.Release());
    }
}
