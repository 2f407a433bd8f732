using System.Collections.Immutable;
using Meridian.Client.Wire;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>
/// Who did what, from where, and what became of it. An entry is on the disk when <see cref="TryWriteAsync"/> returns true;
/// entries that wait at the same time share one flush. While the log cannot be written, <see cref="IsWritable"/> is false
/// and changes are refused: one that nobody can be asked about is worse than one that comes later.
/// </summary>
public sealed partial class AuditLog : IAsyncDisposable
{
    /// <summary>The folder in the state directory.</summary>
    public const string DirectoryName = "audit";

    // 100 to 100,000. Without a state directory entries live as long as the process; these are some megabytes.
    private const int MemoryEntryCount = 10_000;

    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly AccessLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string? _directory;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private readonly Queue<AuditEntry> _memory = [];

    // Of the newest entries, in the order of the numbers: a revision gets its line soon after it is made.
    private readonly SortedSet<long> _revisions = [];
    private List<Pending> _pending = [];
    private FileStream? _file;
    private long _sequence;
    private string _chain = "";
    private volatile bool _isWritable = true;

    /// <param name="stateDirectory">Null keeps the newest entries in memory only.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="time">Dates entries.</param>
    /// <param name="logger">Each entry is logged too.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public AuditLog(string? stateDirectory, AccessLimits limits, TimeProvider time, ILogger<AuditLog> logger)
    {
        (_limits, _time, _logger) = (limits, time, logger);
        if (stateDirectory is null)
        {
            return;
        }
        _directory = Path.Combine(stateDirectory, DirectoryName);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_directory);
        }
        else
        {
            Directory.CreateDirectory(_directory, FileMode600 | UnixFileMode.UserExecute);
        }
        Resume(_directory);
    }

    /// <summary>Whether the last entry could be written.</summary>
    public bool IsWritable => _isWritable;

    /// <summary>The oldest and the newest revision that the newest entries are about; zeros when there are none.</summary>
    public (long First, long Last) KnownRevisions
    {
        get
        {
            lock (_lock)
            {
                return (_revisions.Min, _revisions.Max);
            }
        }
    }

    /// <summary>Whether a revision has an entry, as far back as <see cref="KnownRevisions"/> goes.</summary>
    public bool Knows(long revision)
    {
        lock (_lock)
        {
            return _revisions.Contains(revision) || revision < _revisions.Min;
        }
    }

    /// <summary>Writes an entry.</summary>
    /// <param name="entry">Its time, sequence and chain are set here.</param>
    /// <param name="cancellationToken">Gives up the wait; the entry may be written all the same.</param>
    /// <returns>False when it is not on the disk.</returns>
    public async Task<bool> TryWriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        LogEntry(entry.Who, entry.Role, entry.From, entry.Action, entry.Target, entry.Outcome, entry.Revision, entry.Detail ?? entry.Reason);
        Pending mine = new(entry with { At = _time.GetUtcNow() });
        lock (_lock)
        {
            _pending.Add(mine);
        }
        // Whoever comes first writes for all that wait; the others find their entry written when it is their turn.
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!mine.IsDone)
            {
                WritePending();
            }
        }
        finally
        {
            _writing.Release();
        }
        return mine.IsWritten;
    }

    /// <summary>Entries, newest first.</summary>
    /// <param name="before">Only those with a smaller sequence number; null for the newest.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="filter">Only those that it is true for.</param>
    public ImmutableArray<AuditEntry> Read(long? before, int count, Func<AuditEntry, bool> filter)
    {
        IEnumerable<AuditEntry> newestFirst = _directory is null ? FromMemory() : FromFiles(_directory, before);
        return [.. newestFirst.Where(entry => (before is null || entry.Sequence < before) && filter(entry)).Take(count)];
    }

    /// <summary>Checks the chain of everything that is kept.</summary>
    /// <returns>The number of entries, and what is wrong with the first one that does not follow from the one before; null when all do.</returns>
    public static (long Count, string? Problem) Verify(string stateDirectory)
    {
        long count = 0;
        AuditEntry? previous = null;
        foreach ((string path, _) in AuditFiles.List(Path.Combine(stateDirectory, DirectoryName)))
        {
            foreach (AuditEntry? entry in AuditFiles.Read(path))
            {
                count++;
                string after = previous is null ? "at the beginning" : $"after entry {previous.Sequence}";
                if (entry is null)
                {
                    return (count, $"{path}: a line {after} cannot be read");
                }
                // The oldest kept one follows one that is no longer kept.
                if (previous is not null && (entry.Sequence != previous.Sequence + 1 || !AuditFiles.IsChained(entry, previous.Chain)))
                {
                    return (count, $"{path}: entry {entry.Sequence} does not follow from what stands before it ({after}): something was changed or taken out");
                }
                previous = entry;
            }
        }
        return (count, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
        {
            await _file.DisposeAsync();
        }
        _writing.Dispose();
    }

    private void WritePending()
    {
        List<Pending> batch;
        lock (_lock)
        {
            (batch, _pending) = (_pending, []);
        }
        try
        {
            WriteBatch(batch);
            if (!_isWritable)
            {
                _isWritable = true;
                LogWritable();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isWritable = false;
            LogUnwritable(e.Message);
            Abandon();
        }
        foreach (Pending pending in batch)
        {
            (pending.IsDone, pending.IsWritten) = (true, _isWritable);
        }
    }

    private void WriteBatch(List<Pending> batch)
    {
        (long sequence, string chain) = (_sequence, _chain);
        List<AuditEntry> written = [];
        if (_directory is not null && (_file is null || _file.Position >= _limits.AuditFileLength))
        {
            Roll(_directory);
        }
        foreach (Pending pending in batch)
        {
            byte[] line = AuditFiles.Format(pending.Entry with { Sequence = ++sequence }, chain, out AuditEntry entry);
            chain = entry.Chain;
            written.Add(entry);
            _file?.Write(line);
        }
        _file?.Flush(flushToDisk: true);
        (_sequence, _chain) = (sequence, chain);
        Remember(written);
    }

    private void Remember(List<AuditEntry> written)
    {
        lock (_lock)
        {
            foreach (AuditEntry entry in written)
            {
                Remember(entry.Revision);
                if (_directory is null)
                {
                    _memory.Enqueue(entry);
                }
            }
            while (_memory.Count > MemoryEntryCount)
            {
                _memory.Dequeue();
            }
        }
    }

    private void Remember(long? revision)
    {
        if (revision is { } number)
        {
            _revisions.Add(number);
            if (_revisions.Count > MemoryEntryCount)
            {
                _revisions.Remove(_revisions.Min);
            }
        }
    }

    // What a failed write left in the file is taken off when it is opened again, before the next entry.
    private void Abandon()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What was buffered could not be written: that is what is being dealt with.
        }
        _file = null;
    }

    private void Resume(string directory)
    {
        ImmutableArray<(string Path, long First)> files = AuditFiles.List(directory);
        if (files.IsEmpty)
        {
            return;
        }
        (string path, long first) = files[^1];
        _file = Open(path);
        if (AuditFiles.TrimTornLine(_file))
        {
            LogTorn(path);
        }
        (_sequence, _chain) = (first - 1, "");
        foreach (AuditEntry? entry in files.Length > 1 ? AuditFiles.Read(files[^2].Path).Concat(AuditFiles.Read(path)) : AuditFiles.Read(path))
        {
            Remember(entry?.Revision);
        }
        foreach (AuditEntry? entry in AuditFiles.Read(path))
        {
            (_sequence, _chain) = entry is null ? (_sequence + 1, _chain) : (entry.Sequence, entry.Chain);
        }
    }

    private void Roll(string directory)
    {
        _file?.Dispose();
        _file = null;
        ImmutableArray<(string Path, long First)> files = AuditFiles.List(directory);
        // After a failed write the newest file is still short: go on in it, behind its last whole entry.
        if (!files.IsEmpty && new FileInfo(files[^1].Path).Length < _limits.AuditFileLength)
        {
            Resume(directory);
            return;
        }
        _file = Open(AuditFiles.PathOf(directory, _sequence + 1));
        foreach ((string path, _) in files.SkipLast(_limits.AuditFileCount - 1))
        {
            File.Delete(path);
        }
    }

    private static FileStream Open(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }
        return new FileStream(path, options);
    }

    private AuditEntry[] FromMemory()
    {
        lock (_lock)
        {
            return [.. _memory.Reverse()];
        }
    }

    private static IEnumerable<AuditEntry> FromFiles(string directory, long? before) => AuditFiles.List(directory).Reverse()
        .Where(file => before is null || file.First < before)
        .SelectMany(file => AuditFiles.Read(file.Path).OfType<AuditEntry>().Reverse());

    private sealed class Pending(AuditEntry entry)
    {
        public AuditEntry Entry { get; } = entry;

        // Written and read by whoever holds the semaphore.
        public bool IsDone { get; set; }

        public bool IsWritten { get; set; }
    }
}
