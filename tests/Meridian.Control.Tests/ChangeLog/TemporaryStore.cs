using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>The directory of a store, gone at the end.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo _parent = System.IO.Directory.CreateTempSubdirectory("meridian-store-");

    public string Directory => Path.Combine(_parent.FullName, "store");

    public SqliteChangeLog Open(TimeProvider? time = null, Func<StoreOptions, StoreOptions>? configure = null)
    {
        StoreOptions options = new() { Directory = Directory };
        return SqliteChangeLog.Open(configure?.Invoke(options) ?? options, time ?? TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose() => _parent.Delete(recursive: true);
}
