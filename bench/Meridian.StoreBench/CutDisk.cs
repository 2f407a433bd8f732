namespace Meridian.StoreBench;

/// <summary>
/// What a disk holds of one directory while calls are replayed to it: what was synced for certain, and what was written since,
/// of which a power cut may keep any part. As strict as POSIX allows: a name is durable only once its directory was synced.
/// </summary>
internal sealed class CutDisk(string directory)
{
    /// <summary>The unit in which a write is torn.</summary>
    private const int SectorLength = 512;

    private readonly Dictionary<string, CutFile> _live = [];
    private Dictionary<string, CutFile> _durable = [];

    /// <summary>Whether a cut now could leave more than one state.</summary>
    public bool HasPending => _live.Values.Any(file => file.Pending.Count > 0) || !_live.SequenceEqual(_durable);

    /// <summary>Applies one call.</summary>
    /// <returns>Whether it changed the directory.</returns>
    public bool Apply(TracedCall call)
    {
        if (call.Path == directory && call.IsSync)
        {
            _durable = new Dictionary<string, CutFile>(_live);
            return true;
        }
        // The index in shared memory is of no value after a crash, and what it holds is no part of the file's contract.
        if (Path.GetDirectoryName(call.Path) != directory || call.Path.EndsWith("-shm", StringComparison.Ordinal))
        {
            return false;
        }
        string name = Path.GetFileName(call.Path);
        switch (call.Name)
        {
            case "openat" when call.Flags.Contains("O_CREAT", StringComparison.Ordinal) && !_live.ContainsKey(name):
                _live[name] = new CutFile();
                return true;
            case "pwrite64" when _live.TryGetValue(name, out CutFile? written):
                written.Pending.Add(new CutWrite(call.Number, call.Data));
                return true;
            case "ftruncate" when _live.TryGetValue(name, out CutFile? cut):
                cut.Pending.Add(new CutWrite(call.Number, null));
                return true;
            case "unlink":
                return _live.Remove(name);
            case "rename" when call.Target is { } target && _live.Remove(name, out CutFile? moved):
                _live[Path.GetFileName(target)] = moved;
                return true;
            case "fsync" or "fdatasync" when _live.TryGetValue(name, out CutFile? synced):
                synced.Sync();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes one state that a cut could leave.</summary>
    /// <param name="destination">An empty directory.</param>
    /// <param name="keeps">Asked of each pending name, write and sector, whether the disk has it.</param>
    public void WriteState(string destination, Func<bool> keeps)
    {
        foreach (string name in _live.Keys.Union(_durable.Keys).Order(StringComparer.Ordinal))
        {
            CutFile? live = _live.GetValueOrDefault(name);
            CutFile? durable = _durable.GetValueOrDefault(name);
            CutFile? file = live == durable || keeps() ? live : durable;
            if (file is not null)
            {
                File.WriteAllBytes(Path.Combine(destination, name), file.ContentAfterCut(keeps));
            }
        }
    }

    private sealed record CutWrite(long Number, byte[]? Data);

    private sealed class CutFile
    {
        private byte[] _synced = [];

        public List<CutWrite> Pending { get; } = [];

        public void Sync()
        {
            _synced = ContentAfterCut(() => true);
            Pending.Clear();
        }

        public byte[] ContentAfterCut(Func<bool> keeps)
        {
            byte[] content = (byte[])_synced.Clone();
            foreach (CutWrite write in Pending)
            {
                if (write.Data is null)
                {
                    Array.Resize(ref content, keeps() ? (int)write.Number : content.Length);
                    continue;
                }
                for (int offset = 0; offset < write.Data.Length;)
                {
                    // Sectors of the disk, not of the write: a header of 24 octets and a page do not begin at one.
                    int length = Math.Min(SectorLength - (int)((write.Number + offset) % SectorLength), write.Data.Length - offset);
                    if (keeps())
                    {
                        int end = (int)write.Number + offset + length;
                        if (content.Length < end)
                        {
                            Array.Resize(ref content, end);
                        }
                        write.Data.AsSpan(offset, length).CopyTo(content.AsSpan((int)write.Number + offset));
                    }
                    offset += length;
                }
            }
            return content;
        }
    }
}
