using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The watcher under a clock of its own: no sleeps, no real files.</summary>
public sealed class WatcherTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ChangingFiles _files = new();
    private readonly ManualTime _time = new(TestFiles.Now);
    private readonly Channel<ReloadReason> _reloads = Channel.CreateUnbounded<ReloadReason>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Look_Unchanged_IsSame()
    {
        WatchedFiles watched = Watch();
        Assert.Equal([WatchOutcome.Same, WatchOutcome.Same], [watched.Look(), watched.Look()]);
    }

    [Fact]
    public void Look_ChangeBetweenLoadAndFirstLook_IsSeen()
    {
        WatchedFiles watched = Watch();
        _files.Set("c/a.yaml", "warm-up: 2s");
        Assert.Equal([WatchOutcome.Changing, WatchOutcome.SettledChange, WatchOutcome.Same], [watched.Look(), watched.Look(), watched.Look()]);
    }

    [Fact]
    public void Look_StillBeingWritten_WaitsUntilSettled()
    {
        WatchedFiles watched = Watch();
        _files.Set("c/a.yaml", "warm-up: ");
        Assert.Equal(WatchOutcome.Changing, watched.Look());
        _files.Set("c/a.yaml", "warm-up: 3s");
        Assert.Equal(WatchOutcome.Changing, watched.Look());
        Assert.Equal(WatchOutcome.SettledChange, watched.Look());
    }

    [Fact]
    public void Look_TouchedWithoutChange_IsSame()
    {
        WatchedFiles watched = Watch();
        watched.Look();
        _files.Set("c/a.yaml", "warm-up: 1s");
        Assert.Equal([WatchOutcome.Same, WatchOutcome.Same], [watched.Look(), watched.Look()]);
    }

    [Theory]
    [InlineData("c/new.yaml", WatchOutcomeCase.SettledChange)]
    [InlineData("c/new.txt", WatchOutcomeCase.Same)]
    public void Look_FileAppears_CountsWhenItWouldBeLoaded(string path, WatchOutcomeCase expected)
    {
        WatchedFiles watched = Watch();
        _files.Set(path, "zones: {}");
        watched.Look();
        Assert.Equal((WatchOutcome)expected, watched.Look());
    }

    [Fact]
    public void Look_FileGoesAndComesBack_IsSettledOnlyWhileDifferent()
    {
        WatchedFiles watched = Watch();
        _files.Remove("c/a.yaml");
        Assert.Equal(WatchOutcome.Changing, watched.Look());
        // An editor that replaces by rename: gone for a moment, then the same as before.
        _files.Set("c/a.yaml", "warm-up: 1s");
        Assert.Equal([WatchOutcome.Same, WatchOutcome.Same], [watched.Look(), watched.Look()]);
    }

    [Fact]
    public async Task RunAsync_RequestReload_ReloadsAtOnce()
    {
        (ConfigurationWatcher watcher, Task running, CancellationTokenSource stop) = Start();
        watcher.RequestReload();
        Assert.Equal(ReloadReason.Requested, await _reloads.Reader.ReadAsync(Token));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task RunAsync_FileChanges_ReloadsOnceSettled()
    {
        (ConfigurationWatcher watcher, Task running, CancellationTokenSource stop) = Start();
        watcher.Watch(Load());
        _files.Set("c/a.yaml", "warm-up: 2s");
        await AdvanceUntilReloadAsync(ReloadReason.FilesChanged);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task RunAsync_ForcedStateEnds_Reloads()
    {
        _files.Set("c/a.yaml", "pools: {p: {members: [{address: 192.0.2.1, state: down, reason: x, until: 2026-11-20T12:00:03Z}]}}");
        (ConfigurationWatcher watcher, Task running, CancellationTokenSource stop) = Start();
        watcher.Watch(Load());
        await AdvanceUntilReloadAsync(ReloadReason.StateExpired);
        Assert.True(_time.GetUtcNow() >= TestFiles.Now + (3 * Second));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task RunAsync_CallbackThrows_EndsWithIt()
    {
        ConfigurationWatcher watcher = new(_files, _time, new ConfigurationWatcherOptions());
        watcher.RequestReload();
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => watcher.RunAsync((_, _) => throw new InvalidOperationException("callback"), Token));
        Assert.Equal("callback", thrown.Message);
    }

    /// <summary>The same values as the internal outcome, which a public test cannot name.</summary>
    public enum WatchOutcomeCase
    {
        Same,
        Changing,
        SettledChange,
    }

    private (ConfigurationWatcher Watcher, Task Running, CancellationTokenSource Stop) Start()
    {
        CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ConfigurationWatcher watcher = new(_files, _time, new ConfigurationWatcherOptions());
        Task running = watcher.RunAsync(
            async (reason, cancellationToken) => await _reloads.Writer.WriteAsync(reason, cancellationToken), stop.Token);
        return (watcher, running, stop);
    }

    private async Task AdvanceUntilReloadAsync(ReloadReason expected)
    {
        Task<bool> reloaded = _reloads.Reader.WaitToReadAsync(Token).AsTask();
        while (!reloaded.IsCompleted)
        {
            // A tick is consumed on another thread: give it its turn before the clock goes on.
            _time.Advance(Second);
            await Task.Yield();
        }
        Assert.Equal(expected, await _reloads.Reader.ReadAsync(Token));
    }

    private WatchedFiles Watch() => new(_files, Load(), 1 << 20);

    private LoadResult Load() => new ConfigurationLoader(_files, TestFiles.Options).Load("c");

    private sealed class ChangingFiles : IConfigurationFiles
    {
        private readonly Lock _lock = new();
        private ImmutableSortedDictionary<string, (string Text, int Version)> _files =
            ImmutableSortedDictionary.Create<string, (string, int)>(StringComparer.Ordinal).Add("c/a.yaml", ("warm-up: 1s", 0));

        private int _version;

        public void Set(string path, string text)
        {
            lock (_lock)
            {
                _files = _files.SetItem(path, (text, ++_version));
            }
        }

        public void Remove(string path)
        {
            lock (_lock)
            {
                _files = _files.Remove(path);
            }
        }

        public bool DirectoryExists(string path) => path == "c";

        public IReadOnlyList<string> ListDirectory(string path)
        {
            lock (_lock)
            {
                return [.. _files.Keys];
            }
        }

        public FileReadStatus TryRead(string path, int maxLength, out byte[] content)
        {
            lock (_lock)
            {
                bool isThere = _files.TryGetValue(path, out (string Text, int Version) file);
                content = isThere ? Encoding.UTF8.GetBytes(file.Text) : [];
                return isThere ? FileReadStatus.Read : FileReadStatus.Missing;
            }
        }

        public FileStamp? GetStamp(string path)
        {
            lock (_lock)
            {
                return _files.TryGetValue(path, out (string Text, int Version) file)
                    ? new FileStamp(file.Text.Length, DateTimeOffset.UnixEpoch.AddSeconds(file.Version))
                    : null;
            }
        }
    }
}
