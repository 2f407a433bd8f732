using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Access;

public sealed class AuditLogTests : IDisposable
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 6, 0, 0, TimeSpan.Zero));
    private readonly string _state = Directory.CreateTempSubdirectory("meridian-audit-").FullName;

    private string NewestFile => Directory.EnumerateFiles(Path.Combine(_state, AuditLog.DirectoryName)).Max()!; // After the first entry.

    [Fact]
    public async Task Write_Entries_AreReadNewestFirstAndChained()
    {
        await using AuditLog log = Open();
        for (int i = 1; i <= 5; i++)
        {
            Assert.True(await WriteAsync(log, $"ada{i}"));
        }

        ImmutableArray<AuditEntry> newest = log.Read(null, 2, _ => true);
        ImmutableArray<AuditEntry> before = log.Read(newest[^1].Sequence, 10, entry => entry.Who != "ada2");

        Assert.Equal([5L, 4], newest.Select(entry => entry.Sequence));
        Assert.Equal(["ada3", "ada1"], before.Select(entry => entry.Who));
        Assert.Equal((5L, null), AuditLog.Verify(_state));
    }

    [Fact]
    public async Task Restart_AfterATornLine_GoesOnInTheChain()
    {
        await using (AuditLog log = Open())
        {
            await WriteAsync(log, "ada");
            await WriteAsync(log, "grace");
        }
        await File.AppendAllTextAsync(NewestFile, "{\"sequence\":3,\"who\":\"lin", TestContext.Current.CancellationToken);

        await using (AuditLog log = Open())
        {
            Assert.True(await WriteAsync(log, "lynn"));
            Assert.Equal(["lynn", "grace", "ada"], log.Read(null, 10, _ => true).Select(entry => entry.Who));
        }

        Assert.Equal((3L, null), AuditLog.Verify(_state));
    }

    [Theory]
    [InlineData("\"grace\"", "\"mallory\"")]
    [InlineData("\"sequence\":2", "\"sequence\":9")]
    public async Task Verify_ChangedEntry_IsFound(string what, string by)
    {
        await using (AuditLog log = Open())
        {
            foreach (string who in (string[])["ada", "grace", "lynn"])
            {
                await WriteAsync(log, who);
            }
        }
        string text = await File.ReadAllTextAsync(NewestFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(NewestFile, text.Replace(what, by, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (_, string? problem) = AuditLog.Verify(_state);

        Assert.Contains("does not follow", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EntryTakenOut_IsFound()
    {
        await using (AuditLog log = Open())
        {
            foreach (string who in (string[])["ada", "grace", "lynn"])
            {
                await WriteAsync(log, who);
            }
        }
        string[] lines = await File.ReadAllLinesAsync(NewestFile, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(NewestFile, [lines[0], lines[2]], TestContext.Current.CancellationToken);

        Assert.NotNull(AuditLog.Verify(_state).Problem);
    }

    [Fact]
    public async Task Write_FullFiles_AreKeptUpToTheirNumber()
    {
        AccessLimits limits = new() { AuditFileLength = 64 * 1024, AuditFileCount = 2 };
        await using AuditLog log = new(_state, limits, _time, NullLogger<AuditLog>.Instance);
        string detail = new('x', 20_000);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(await log.TryWriteAsync(Entry("ada") with { Detail = detail }, TestContext.Current.CancellationToken));
        }

        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(_state, AuditLog.DirectoryName)).Count());
        Assert.Equal(20, log.Read(null, 1, _ => true)[0].Sequence);
        Assert.Null(AuditLog.Verify(_state).Problem);
    }

    [Fact]
    public async Task Write_ManyAtOnce_AreAllThereInOneLine()
    {
        await using AuditLog log = Open();

        bool[] written = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => WriteAsync(log, $"w{i}"), TestContext.Current.CancellationToken)));

        Assert.All(written, Assert.True);
        Assert.Equal((200L, null), AuditLog.Verify(_state));
        Assert.Equal(200, log.Read(null, 1000, _ => true).Select(entry => entry.Who).Distinct().Count());
    }

    [Fact]
    public async Task Write_DirectoryGone_IsSaidAndComesBack()
    {
        await using AuditLog log = Open();
        string directory = Path.Combine(_state, AuditLog.DirectoryName);
        Directory.Delete(directory);

        Assert.False(await WriteAsync(log, "ada"));
        Assert.False(log.IsWritable);
        Directory.CreateDirectory(directory);
        Assert.True(await WriteAsync(log, "ada"));

        Assert.True(log.IsWritable);
        Assert.Equal((1L, null), AuditLog.Verify(_state));
    }

    [Fact]
    public async Task Files_AreTheOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        await using AuditLog log = Open();
        await WriteAsync(log, "ada");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(NewestFile));
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private AuditLog Open() => new(_state, new AccessLimits(), _time, NullLogger<AuditLog>.Instance);

    private static Task<bool> WriteAsync(AuditLog log, string who) => log.TryWriteAsync(Entry(who), TestContext.Current.CancellationToken);

    private static AuditEntry Entry(string who) => new()
    {
        Who = who,
        Role = "admin",
        From = "192.0.2.1",
        Action = "putPool",
        Target = "pool/web",
        Outcome = AuditOutcomes.Done,
        Revision = 7,
    };
}
