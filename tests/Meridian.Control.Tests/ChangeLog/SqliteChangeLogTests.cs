using Meridian.Control.ChangeLog;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

public sealed class SqliteChangeLogTests : ChangeLogContract
{
    private readonly TemporaryStore _store = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _store.Dispose();
    }

    protected override Task<IChangeLog> CreateAsync() => Task.FromResult<IChangeLog>(_store.Open());

    [Fact]
    public async Task Open_Again_SameHeadAndState()
    {
        await Log.AcceptAsync(Set(Put("a", "1"), Put("b", "1")));
        Revision last = await Log.AcceptAsync(Set(Put("b", "2")) with { Reason = "why", IdempotencyKey = "k" });
        await Log.DisposeAsync();

        await using SqliteChangeLog again = _store.Open();

        Assert.Equal(last, again.Head);
        Assert.Equal("a@1=1 b@2=2", await again.TextAsync());
        Assert.Equal(new AppendResult.Accepted(last, IsRepetition: true), await again.AppendAsync(
            Set(Put("b", "2")) with { Reason = "why", IdempotencyKey = "k" }, CancellationToken.None));
    }

    [Fact]
    public void Open_HeldByAnother_RefusedInWords()
    {
        ChangeLogException refused = Assert.Throws<ChangeLogException>(() => _store.Open());

        Assert.Contains("another process has the store", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Files_Made_OnlyForTheirOwner()
    {
        await Log.AcceptAsync(Set(Put("a", "1")));

        foreach (string file in Directory.EnumerateFiles(_store.Directory, "*", SearchOption.AllDirectories))
        {
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_store.Directory));
    }
}
