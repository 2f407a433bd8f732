using Meridian.Control.ChangeLog.Sqlite;

namespace Meridian.Control.ChangeLog;

/// <summary>What an operator does to a store beside using it: check, back up, restore, repair.</summary>
public static class StoreMaintenance
{
    /// <summary>Verifies a store, also while a server has it open. Changes nothing.</summary>
    /// <param name="directory">The store's.</param>
    public static StoreReport Check(string directory) => CheckFile(new StoreFiles(directory).Database);

    /// <summary>Verifies one database file: a store's, a snapshot, a backup.</summary>
    public static StoreReport CheckFile(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return new StoreReport { Path = path, Findings = [$"{path} is not there"] };
            }
            using SqliteConnection connection = SqliteConnection.Open(path, readOnly: true);
            connection.Execute("BEGIN");
            StoreSchema.Check(connection, path);
            return StoreVerification.Run(connection, path);
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException)
        {
            return new StoreReport { Path = path, Findings = [e.Message] };
        }
    }
}
