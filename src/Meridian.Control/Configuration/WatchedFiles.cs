using System.Security.Cryptography;

namespace Meridian.Control.Configuration;

/// <summary>What one look at the files found.</summary>
internal enum WatchOutcome
{
    Same,

    /// <summary>Something changed since the last look: it may still be changing.</summary>
    Changing,

    /// <summary>Something changed since the load, and nothing since the last look.</summary>
    SettledChange,
}

/// <summary>The files of one load with what was in them. Used by the watcher's loop alone after it was made.</summary>
internal sealed class WatchedFiles
{
    private readonly IConfigurationFiles _files;
    private readonly string _root;
    private readonly int _maxFileLength;
    private readonly SortedDictionary<string, string> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FileStamp Stamp, string Content)> _known = new(StringComparer.Ordinal);
    private SortedDictionary<string, string> _last;
    private bool _isAnnounced;

    public WatchedFiles(IConfigurationFiles files, LoadResult loaded, int maxFileLength)
    {
        _files = files;
        _root = loaded.Root;
        _maxFileLength = maxFileLength;
        NextExpiry = loaded.NextExpiry;
        foreach (ConfigurationDocument document in loaded.Documents)
        {
            _loaded[document.Path] = document.Content is { } content ? Convert.ToHexString(SHA256.HashData(content.Span)) : "";
        }
        _last = _loaded;
    }

    public DateTimeOffset? NextExpiry { get; }

    /// <summary>Compares the files with the last look and with the load. A settled change is said once.</summary>
    public WatchOutcome Look()
    {
        SortedDictionary<string, string> current = new(StringComparer.Ordinal);
        foreach (string path in _loaded.Keys.Concat(ListRoot()))
        {
            if (!current.ContainsKey(path))
            {
                current.Add(path, ContentOf(path));
            }
        }
        bool sameAsLast = current.SequenceEqual(_last);
        bool sameAsLoaded = current.SequenceEqual(_loaded);
        _last = current;
        if (!sameAsLast)
        {
            _isAnnounced = false;
            return sameAsLoaded ? WatchOutcome.Same : WatchOutcome.Changing;
        }
        if (sameAsLoaded || _isAnnounced)
        {
            return WatchOutcome.Same;
        }
        _isAnnounced = true;
        return WatchOutcome.SettledChange;
    }

    private IEnumerable<string> ListRoot() =>
        _files.DirectoryExists(_root)
            ? _files.ListDirectory(_root).Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            : [];

    /// <summary>
    /// The digest of a file's content, read again only when its stamp changed; empty when it is not there.
    /// </summary>
    private string ContentOf(string path)
    {
        if (_files.GetStamp(path) is not { } stamp)
        {
            return "";
        }
        if (_known.TryGetValue(path, out (FileStamp Stamp, string Content) known) && known.Stamp == stamp)
        {
            return known.Content;
        }
        bool isRead = _files.TryRead(path, _maxFileLength, out byte[] content) == FileReadStatus.Read;
        string digest = isRead ? Convert.ToHexString(SHA256.HashData(content)) : "";
        _known[path] = (stamp, digest);
        return digest;
    }
}
