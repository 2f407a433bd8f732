namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Copies a store to one file, also while it is written to.</summary>
internal static class StoreCopy
{
    /// <summary>
    /// Copies the store as of now, verifies the copy, and gives it its name when it is whole and durable: a file of that name
    /// is good, whenever the power went. Writers go on meanwhile.
    /// </summary>
    /// <param name="database">The database of a store.</param>
    /// <param name="destination">Replaced when it is there.</param>
    /// <returns>What the verification found; the copy is there when it is whole.</returns>
    public static StoreReport Make(string database, string destination)
    {
        string partial = destination + ".partial";
        File.Delete(partial);
        try
        {
            StoreFiles.CreateFile(partial);
            using (SqliteConnection connection = SqliteConnection.Open(database, readOnly: true))
            {
                StoreSchema.Check(connection, database);
                using SqliteStatement copy = connection.PrepareOnce("VACUUM INTO ?1").Bind(1, partial);
                copy.Run();
            }
            // SQLite leaves it to the caller to make the copy durable.
            DurableFiles.Sync(partial);
            StoreReport report = StoreMaintenance.CheckFile(partial);
            if (report.IsWhole)
            {
                File.Move(partial, destination, overwrite: true);
                DurableFiles.SyncDirectory(Path.GetDirectoryName(destination) ?? ".");
            }
            return report with { Path = destination };
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
