using Meridian.Control.ChangeLog;
using Meridian.Control.ChangeLog.Sqlite;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>A store to damage, and another one beside it.</summary>
public abstract class StoreBench : IDisposable
{
    private protected static CancellationToken None => CancellationToken.None;

    private protected TemporaryStore Store { get; } = new();

    private protected TemporaryStore Other { get; } = new();

    protected string BackupFile => Store.Directory + ".backup";

    protected string Database => Path.Combine(Store.Directory, "meridian.db");

    public void Dispose()
    {
        Store.Dispose();
        Other.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static async Task FillAsync(SqliteChangeLog log, int revisions)
    {
        for (int i = 0; i < revisions; i++)
        {
            string body = $"\"{new string('x', 30 + (i * 37 % 400))}\"";
            await log.AcceptAsync(Set(Put($"p{i % 10}", body), Put($"q{i % 7}", body)) with
            {
                IdempotencyKey = log.Head is null || i != 3 ? null : $"key{i}",
            });
        }
    }

    private protected static async Task SnapshotOfAsync(TemporaryStore store, SqliteChangeLog log)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (new StoreFiles(store.Directory).ListSnapshots().Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
        Assert.NotNull(log.Head);
    }

    private protected void Execute(string sql)
    {
        using SqliteConnection connection = SqliteConnection.Open(Database, readOnly: false);
        connection.Execute(sql);
    }

    private protected static void Flip(string path, long offset)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        int octet = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(octet ^ 0xFF));
    }
}
