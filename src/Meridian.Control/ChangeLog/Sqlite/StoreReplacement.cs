using System.Globalization;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// Puts another database in the place of a store's, whose files are kept aside. When it is interrupted, the store is as it was
/// or does not open until the replacement is done again: it never comes up with a part of either.
/// </summary>
internal static class StoreReplacement
{
    /// <summary>There while the files are exchanged; a store does not open beside it.</summary>
    public static string Marker(StoreFiles files) => files.Database + ".replacing";

    /// <summary>Replaces the database.</summary>
    /// <param name="files">The store's, which the caller has locked.</param>
    /// <param name="replacement">A verified database in the store's directory; it is moved.</param>
    /// <param name="now">Names the directory of what was there before.</param>
    /// <returns>Where the old files are; null when there were none.</returns>
    public static string? Apply(StoreFiles files, string replacement, DateTimeOffset now)
    {
        string? aside = null;
        if (File.Exists(files.Database))
        {
            aside = Path.Combine(files.Directory, "replaced-" + now.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture));
            StoreFiles.CreateDirectory(aside);
            foreach (string file in new[] { files.Database, files.WriteAheadLog }.Where(File.Exists))
            {
                DurableFiles.Copy(file, Path.Combine(aside, Path.GetFileName(file)));
            }
            DurableFiles.SyncDirectory(aside);
        }
        string marker = Marker(files);
        File.Move(replacement, marker, overwrite: true);
        DurableFiles.SyncDirectory(files.Directory);
        // From here on the old log must not meet the new database: SQLite would take it for its own.
        File.Delete(files.WriteAheadLog);
        File.Delete(files.SharedIndex);
        DurableFiles.SyncDirectory(files.Directory);
        File.Move(marker, files.Database, overwrite: true);
        DurableFiles.SyncDirectory(files.Directory);
        return aside;
    }
}
