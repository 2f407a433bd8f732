using Meridian.Control.ChangeLog;

namespace Meridian.Control.Route53.Reading;

/// <summary>
/// Keeps <see cref="DirectoryState"/> as the change log is. Whoever asks sees everything that was acknowledged before: a
/// client that was told of its change finds it in the next list.
/// </summary>
internal sealed class ZoneDirectory(IChangeLog log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile DirectoryState? _state;

    /// <summary>The newest state.</summary>
    /// <exception cref="ChangeLogException">The log cannot be read.</exception>
    public async ValueTask<DirectoryState> CurrentAsync(CancellationToken cancellationToken)
    {
        long head = log.Head?.Number ?? 0;
        if (_state is { } known && known.Revision >= head)
        {
            return known;
        }
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The first request reads everything; a server that nobody asks keeps nothing.
            DirectoryState state = _state is { } before && before.Revision + 1 >= log.OldestNumber
                ? await CatchUpAsync(before, head, cancellationToken)
                : await LoadAsync(cancellationToken);
            _state = state;
            return state;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<DirectoryState> LoadAsync(CancellationToken cancellationToken)
    {
        using DocumentState documents = await log.StateAsync(cancellationToken);
        long revision = documents.At?.Number ?? 0;
        return DirectoryState.Empty.With(documents.Read().Select(document => (document.Key, (Document?)document)).OrderBy(pair => pair.Key.Kind == DocumentKinds.Zone ? 0 : 1), revision);
    }

    private async Task<DirectoryState> CatchUpAsync(DirectoryState state, long head, CancellationToken cancellationToken)
    {
        if (state.Revision >= head)
        {
            return state;
        }
        await foreach (LogEntry entry in log.ReadFromAsync(state.Revision, cancellationToken))
        {
            state = state.With(entry.Changes.Select(change => (change.Key, change.After)), entry.Revision.Number);
        }
        return state;
    }
}
