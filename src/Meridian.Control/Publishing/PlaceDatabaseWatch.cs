using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Publishing;

/// <summary>
/// Notices that the file of the location database was replaced. Looks at its length and time only, which costs nothing; what is
/// in it is for the load to find out.
/// </summary>
/// <param name="files">Where the file is.</param>
public sealed class PlaceDatabaseWatch(IConfigurationFiles files)
{
    private string? _path;
    private FileStamp? _loaded;
    private FileStamp? _last;

    /// <summary>
    /// Whether the file may be another one than was loaded, and has been the same for one look more: a file that is
    /// being written is not read half done. Said once for each change.
    /// </summary>
    public bool HasChanged(GeoModel geo)
    {
        if (geo.Database == GeoModel.BuiltInDatabase)
        {
            return false;
        }
        FileStamp? now = files.GetStamp(geo.Database);
        if (_path != geo.Database)
        {
            // It may have been replaced between its load and this look: one load too many finds out.
            (_path, _loaded, _last) = (geo.Database, null, now);
            return false;
        }
        bool isSettled = now is not null && now == _last && now != _loaded;
        _last = now;
        _loaded = isSettled ? now : _loaded;
        return isSettled;
    }
}
