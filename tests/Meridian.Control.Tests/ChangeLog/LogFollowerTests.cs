using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>Who follows a log goes on when it could not be read for a while.</summary>
public sealed class LogFollowerTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Start);
    private readonly BrokenLog _log;
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public LogFollowerTests() => _log = new BrokenLog(new MemoryChangeLog(_time));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _stopping.Dispose();
        await _log.DisposeAsync();
    }

    [Fact]
    public async Task Run_LogCannotBeReadForAWhile_GoesOnWithTheEntryThatFailed()
    {
        await _log.AcceptAsync(Set(Put("before", "1")));
        List<long> taken = [];
        Task running = Follow(taken, []);
        await _log.AcceptAsync(Set(Put("seen", "1")));
        await UntilAsync(() => taken.Count == 1);
        _log.IsBroken = true;
        await _log.AcceptAsync(Set(Put("meanwhile", "1")));
        await UntilAsync(() => _log.Failures > 0);
        _log.IsBroken = false;

        await UntilAsync(() => taken.Count == 2);
        Assert.Equal([2L, 3L], taken);
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_BehindWhatIsKept_BeginsAnewWithTheState()
    {
        List<long> taken = [];
        List<long> begun = [];
        Task running = Follow(taken, begun);
        await UntilAsync(() => begun.Count == 1);
        _log.IsBroken = true;
        for (int i = 0; i < 5; i++)
        {
            await _log.AcceptAsync(Set(Put("p", $"{i}")));
        }
        await UntilAsync(() => _log.Failures > 0);
        _log.CutTo(4);
        _log.IsBroken = false;

        await UntilAsync(() => begun.Count == 2);
        await _log.AcceptAsync(Set(Put("after", "1")));
        await UntilAsync(() => taken.Count == 1);
        Assert.Equal([0L, 5L], begun);
        Assert.Equal([6L], taken);
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Follow_TokensWhileTheLogCannotBeRead_AreTheNewestAfterwards()
    {
        TokenIndex index = new(new TokenUses(null));
        TokenService tokens = new(_log, index, new AccessLimits(), _time, octets => octets.Fill(7), NullLogger<TokenService>.Instance);
        Task running = tokens.FollowAsync(_stopping.Token);
        _log.IsBroken = true;
        AccessToken token = new()
        {
            Id = "elsewhere",
            Name = "made by another node",
            Role = Role.Viewer,
            Scope = ZoneScope.All,
            Hash = [1, 2, 3],
            CreatedAt = Start,
            CreatedBy = "ann",
        };
        DocumentKey key = new(DocumentKinds.AccessToken, token.Id);
        await _log.AcceptAsync(Set(DocumentChange.Put(key, new DocumentBody(TokenDocument.Write(token)))));
        await UntilAsync(() => _log.Failures > 0);
        _log.IsBroken = false;

        await UntilAsync(() => index.Find(token.Id) is not null);
        await _log.AcceptAsync(Set(DocumentChange.Delete(key)));
        await UntilAsync(() => index.Find(token.Id) is null);
        await _stopping.CancelAsync();
        await running;
    }

    private Task Follow(List<long> taken, List<long> begun) => new LogFollower(_log, _time, NullLogger.Instance).RunAsync(
        async cancellationToken =>
        {
            using DocumentState state = await _log.StateAsync(cancellationToken);
            begun.Add(state.At?.Number ?? 0);
            return state.At?.Number ?? 0;
        },
        (entry, _) =>
        {
            taken.Add(entry.Revision.Number);
            return Task.CompletedTask;
        },
        _stopping.Token);

    /// <summary>The pauses between two tries pass as soon as somebody waits for them.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, _stopping.Token);
        }
    }
}
