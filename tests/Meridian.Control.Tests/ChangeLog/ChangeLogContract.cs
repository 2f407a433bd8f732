using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>What every change log does; each implementation derives its tests from these.</summary>
public abstract class ChangeLogContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The one under test.</summary>
    protected IChangeLog Log { get; private set; } = null!; // Set by InitializeAsync, before any test.

    public async ValueTask InitializeAsync() => Log = await CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<IChangeLog> CreateAsync();

    [Fact]
    public async Task AppendAsync_First_IsRevisionOneWithItsFields()
    {
        ChangeSet set = Set(Put("a", "{}"), Put("b", "{}")) with { Reason = "because", IdempotencyKey = "k" };

        Revision revision = await Log.AcceptAsync(set);

        Assert.Equal(
            (1, "tester", ChangeOrigin.Cli, "a change", "because", "k", 2, 2),
            (revision.Number, revision.Author, revision.Origin, revision.Message, revision.Reason, revision.IdempotencyKey, revision.ChangeCount, revision.DocumentCount));
        Assert.Equal(revision, Log.Head);
    }

    [Fact]
    public async Task AppendAsync_PutReplaceDelete_StateFollows()
    {
        await Log.AcceptAsync(Set(Put("a", "1"), Put("b", "1")));
        await Log.AcceptAsync(Set(Put("b", "2")));
        await Log.AcceptAsync(Set(Delete("a"), Put("c", "3")));

        Assert.Equal("b@2=2 c@3=3", await Log.TextAsync());
        Assert.Null(await Log.GetAsync(Pool("a"), None));
        Assert.Equal(2, (await Log.GetAsync(Pool("b"), None))?.Version);
    }

    [Theory]
    [InlineData("a", 0, 1)]
    [InlineData("a", 7, 1)]
    [InlineData("x", 1, 0)]
    public async Task AppendAsync_PreconditionFails_ConflictAndNothingApplied(string name, long expected, long actual)
    {
        await Log.AcceptAsync(Set(Put("a", "1")));

        AppendResult result = await Log.AppendAsync(Set(Put("b", "1")).With(new Precondition(Pool(name), expected)), None);

        Assert.Equal(new AppendResult.Conflict(Pool(name), expected, actual), result);
        Assert.Equal("a@1=1", await Log.TextAsync());
    }

    [Theory]
    [InlineData(null, null, "a/1 a/2 a/3 b/1")]
    [InlineData("a/", null, "a/1 a/2 a/3")]
    [InlineData("a/", "a/1", "a/2 a/3")]
    [InlineData("a/", "a/3", "")]
    [InlineData("a/", "Z", "a/1 a/2 a/3")]
    [InlineData(null, "a/2", "a/3 b/1")]
    public async Task Read_AfterAName_BeginsThere(string? prefix, string? after, string expected)
    {
        await Log.AcceptAsync(Set(Put("a/1", "1"), Put("a/2", "1"), Put("b/1", "1"), Put("a/4", "1")));
        Revision then = await Log.AcceptAsync(Set(Put("a/3", "1"), Delete("a/4")));
        await Log.AcceptAsync(Set(Put("a/2", "2")));

        using DocumentState now = await Log.StateAsync(None);
        using DocumentState? before = await Log.StateAtAsync(then.Number, None);

        Assert.Equal(expected, string.Join(' ', now.Read(DocumentKinds.Pool, prefix, after).Select(document => document.Key.Name)));
        Assert.Equal(expected, string.Join(' ', before!.Read(DocumentKinds.Pool, prefix, after).Select(document => document.Key.Name)));
    }

    [Fact]
    public async Task AppendAsync_AfterASetThatFails_IsMovedAndNotApplied()
    {
        Revision first = await Log.AcceptAsync(Set(Put("a", "1")));
        AppendTicket ticket = new();
        ChangeSet failing = Set(Delete("nothing")) with { After = new AppendPlace(first.Number, null), Ticket = ticket };
        ChangeSet next = Set(Put("b", "1")) with { After = new AppendPlace(first.Number + 1, ticket), Ticket = new AppendTicket() };

        Task<AppendResult>[] both = [Log.AppendAsync(failing, None), Log.AppendAsync(next, None)];

        Assert.IsType<AppendResult.Conflict>(await both[0]);
        Assert.Equal(new AppendResult.Moved(first.Number), await both[1]);
        // Somebody else's revision of the expected number is not what it was checked on.
        await Log.AcceptAsync(Set(Put("c", "1")));
        Assert.Equal(new AppendResult.Moved(2), await Log.AppendAsync(next, None));
        Assert.Equal("a@1=1 c@2=1", await Log.TextAsync());
    }

    [Fact]
    public async Task AppendAsync_EachAfterTheOneBefore_AllApplied()
    {
        Revision first = await Log.AcceptAsync(Set(Put("a", "1")));
        AppendTicket? before = null;
        List<Task<AppendResult>> appends = [];
        for (int i = 0; i < 50; i++)
        {
            AppendTicket ticket = new();
            appends.Add(Log.AppendAsync(Set(Put("p", $"{i}")) with { After = new AppendPlace(first.Number + i, before), Ticket = ticket }, None));
            before = ticket;
        }

        Assert.All(await Task.WhenAll(appends), result => Assert.IsType<AppendResult.Accepted>(result));
        Assert.Equal((51, "a@1=1 p@51=49"), (Log.Head!.Number, await Log.TextAsync()));
    }

    [Fact]
    public async Task AppendAsync_DeleteOfNothing_Conflict()
    {
        AppendResult result = await Log.AppendAsync(Set(Put("a", "1"), Delete("b")), None);

        Assert.Equal(new AppendResult.Conflict(Pool("b"), null, 0), result);
        Assert.Null(Log.Head);
    }

    [Fact]
    public async Task FindRequestAsync_KeyThatCame_IsItsRevisionAndWhatWasAsked()
    {
        ChangeSet set = Set(Put("a", "1")) with { IdempotencyKey = "once" };
        Revision revision = await Log.AcceptAsync(set);
        ContentHash asked = LogHash.OfRequest(Set(Put("what", "was asked")));
        Revision other = await Log.AcceptAsync(Set(Put("b", "1")) with { IdempotencyKey = "other", Request = asked });

        Assert.Equal(new KnownRequest(revision, LogHash.OfRequest(set)), await Log.FindRequestAsync("once", None));
        Assert.Equal(new KnownRequest(other, asked), await Log.FindRequestAsync("other", None));
        Assert.Null(await Log.FindRequestAsync("never", None));
    }

    [Fact]
    public async Task AppendAsync_SameIdempotencyKey_AppliedOnce()
    {
        ChangeSet set = Set(Put("a", "1")).With(new Precondition(Pool("a"), 0)) with { IdempotencyKey = "once" };
        Revision first = await Log.AcceptAsync(set);
        await Log.AcceptAsync(Set(Put("a", "2")));

        Assert.Equal(new AppendResult.Accepted(first, IsRepetition: true), await Log.AppendAsync(set, None));
        AppendResult.Refused other = Assert.IsType<AppendResult.Refused>(
            await Log.AppendAsync(Set(Put("a", "3")) with { IdempotencyKey = "once" }, None));
        Assert.Equal(RefusalKind.Invalid, other.Kind);
        Assert.Equal("a@2=2", await Log.TextAsync());
    }

    [Fact]
    public async Task AppendAsync_WrongSets_RefusedInWords()
    {
        DocumentChange good = Put("a", "1");
        (ChangeSet Set, RefusalKind Kind, string Words)[] cases =
        [
            (Set(), RefusalKind.Invalid, "there is nothing in the change set"),
            (Set(good, good), RefusalKind.Invalid, "pool a is in the change set twice"),
            (Set(Put("", "1")), RefusalKind.Invalid, "a pool has no name"),
            (Set(Put("a\nb", "1")), RefusalKind.Invalid, "the name of a pool has the control character U+000A"),
            (Set(Put("\uD800", "1")), RefusalKind.Invalid, "the name of a pool has half of a surrogate pair"),
            (Set(Put("a", "")), RefusalKind.Invalid, "pool a has no content"),
            (Set(good) with { Author = "" }, RefusalKind.Invalid, "the author is empty"),
            (Set(good) with { Origin = (ChangeOrigin)99 }, RefusalKind.Invalid, "99 is no origin"),
            (Set(good) with { Message = new string('m', 4097) }, RefusalKind.Limit, "the message has 4097 characters, more than 4096"),
            (Set(Put("a", new string('b', (1 << 20) + 1))), RefusalKind.Limit, "pool a has 1048577 octets, more than 1048576"),
            (Set(DocumentChange.Put(new DocumentKey("Pool", "a"), DocumentBody.FromText("1"))), RefusalKind.Invalid, "\"Pool\" is no kind of document"),
        ];
        foreach ((ChangeSet set, RefusalKind kind, string words) in cases)
        {
            Assert.Equal(new AppendResult.Refused(kind, words), await Log.AppendAsync(set, None));
        }
        Assert.Null(Log.Head);
    }

    [Fact]
    public async Task ReadFromAsync_Entries_AreDiffsInOrder()
    {
        await Log.AcceptAsync(Set(Put("a", "1")));
        await Log.AcceptAsync(Set(Put("a", "2")));
        await Log.AcceptAsync(Set(Delete("a")));

        List<string> lines = [];
        await foreach (LogEntry entry in Log.ReadFromAsync(1, None))
        {
            lines.AddRange(entry.Changes.Select(change => $"{entry.Revision.Number}: {change.Before?.Body}@{change.Before?.Version} -> {change.After?.Body}@{change.After?.Version}"));
        }

        Assert.Equal(["2: 1@1 -> 2@2", "3: 2@2 -> @"], lines);
    }

    [Fact]
    public async Task WatchAsync_OldAndNew_EachOnceInOrder()
    {
        await Log.AcceptAsync(Set(Put("a", "1")));
        List<long> seen = [];
        using CancellationTokenSource stop = new();
        Task watching = Task.Run(
            async () =>
            {
                await foreach (LogEntry entry in Log.WatchAsync(0, stop.Token))
                {
                    seen.Add(entry.Revision.Number);
                    if (entry.Revision.Number == 20)
                    {
                        return;
                    }
                }
            },
            None);
        for (int i = 2; i <= 20; i++)
        {
            await Log.AcceptAsync(Set(Put("a", i.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }
        await watching.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, None);

        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), seen);
    }

    [Fact]
    public async Task StateAtAsync_EveryRevision_AsItWas()
    {
        await Log.AcceptAsync(Set(Put("a", "1"), Put("b", "1")));
        await Log.AcceptAsync(Set(Put("b", "2"), Put("c", "2")));
        await Log.AcceptAsync(Set(Delete("a")));
        await Log.AcceptAsync(Set(Put("a", "4"), Delete("c")));
        string[] expected = ["", "a@1=1 b@1=1", "a@1=1 b@2=2 c@2=2", "b@2=2 c@2=2", "a@4=4 b@2=2"];

        for (int number = 0; number < expected.Length; number++)
        {
            using DocumentState? state = await Log.StateAtAsync(number, None);
            Assert.NotNull(state);
            Assert.Equal(expected[number], state.Text());
            Assert.Equal(number == 0 ? null : (long)number, state.At?.Number);
        }
        Assert.Null(await Log.StateAtAsync(5, None));
    }

    [Fact]
    public async Task StateAsync_LaterChanges_DoNotReachIt()
    {
        await Log.AcceptAsync(Set(Put("a", "1")));
        using DocumentState state = await Log.StateAsync(None);
        await Log.AcceptAsync(Set(Put("a", "2"), Put("b", "2")));

        Assert.Equal("a@1=1", state.Text());
        Assert.Equal("1", state.Find(Pool("a"))?.Body.ToString());
        Assert.Null(state.Find(Pool("b")));
        Assert.Equal(1, state.Count);
    }

    [Fact]
    public async Task Read_KindAndPrefix_OnlyThose()
    {
        static DocumentChange Of(string kind, string name) => DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText("{}"));
        await Log.AcceptAsync(Set(
            Of("records", "b.test/www"), Of("records", "a.test/@"), Of("records", "a.test/www"), Of("records", "a.testing/@"),
            Of("zone", "a.test"), Of("records", "a.test/\U0001F600"), Of("records", "a.test/\uFFFD")));

        using DocumentState state = await Log.StateAsync(None);

        Assert.Equal(
            ["a.test/@", "a.test/www", "a.test/\uFFFD", "a.test/\U0001F600"],
            state.Read("records", "a.test/").Select(document => document.Key.Name));
        Assert.Equal(["a.test"], state.Read("zone").Select(document => document.Key.Name));
        Assert.Equal(7, state.Read().Count());
    }

    [Fact]
    public async Task HistoryAsync_Pages_NewestFirst()
    {
        for (int i = 1; i <= 7; i++)
        {
            await Log.AcceptAsync(Set(Put("a", "1")) with { Message = $"m{i}" });
        }
        await Log.AcceptAsync(Set(Put("a", "1")) with { Message = "", Reason = "" });
        Assert.Equal(("", ""), ((await Log.FindAsync(8, None))?.Revision.Message, (await Log.FindAsync(8, None))?.Revision.Reason));

        ImmutableArray<Revision> first = await Log.HistoryAsync(8, 3, None);
        ImmutableArray<Revision> second = await Log.HistoryAsync(first[^1].Number, 3, None);
        ImmutableArray<Revision> third = await Log.HistoryAsync(second[^1].Number, 3, None);

        Assert.Equal(["m7", "m6", "m5", "m4", "m3", "m2", "m1"], first.Concat(second).Concat(third).Select(revision => revision.Message));
        Assert.Equal("m4", (await Log.FindAsync(4, None))?.Revision.Message);
        Assert.Null(await Log.FindAsync(9, None));
    }

    [Fact]
    public async Task Hash_SameHistory_SameWhereverItIsKept()
    {
        await using MemoryChangeLog other = new(TimeProvider.System);
        foreach (ChangeSet set in new[] { Set(Put("a", "1"), Put("b", "1")), Set(Put("b", "2")), Set(Delete("a")) })
        {
            await Log.AcceptAsync(set);
            await other.AcceptAsync(set);
        }
        await other.AcceptAsync(Set(Put("a", "1")));
        await other.AcceptAsync(Set(Delete("a")));

        // The state digest tells the state alone; the chain also the way there.
        Assert.Equal(Log.Head?.StateHash, other.Head?.StateHash);
        Assert.NotEqual(Log.Head?.Hash, other.Head?.Hash);
        Assert.True(ContentHash.TryParse(Log.Head?.Hash.ToString(), out ContentHash parsed));
        Assert.Equal(Log.Head?.Hash, parsed);
    }

    [Fact]
    public async Task AppendAsync_FiftyWritersOnOneDocument_EachAppliedOnceOrToldSo()
    {
        const int writers = 50;
        const int rounds = 4;
        await Log.AcceptAsync(Set(Put("counter", "0")));

        async Task<int> CountAsync()
        {
            int conflicts = 0;
            for (int done = 0; done < rounds;)
            {
                Document read = await Log.GetAsync(Pool("counter"), None) ?? throw new InvalidOperationException("The counter is gone.");
                string next = (int.Parse(read.Body.ToString(), System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                AppendResult result = await Log.AppendAsync(Set(Put("counter", next)).With(new Precondition(read.Key, read.Version)), None);
                if (result is AppendResult.Accepted)
                {
                    done++;
                }
                else
                {
                    Assert.IsType<AppendResult.Conflict>(result);
                    conflicts++;
                }
            }
            return conflicts;
        }
        int[] all = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(CountAsync, None)));

        // Every acceptance counted one up: none was lost and none applied twice.
        Assert.Equal($"counter@{1 + (writers * rounds)}={writers * rounds}", await Log.TextAsync());
        Assert.Equal(1 + (writers * rounds), Log.Head?.Number);
        Assert.True(all.Sum() >= 0);
    }

    [Fact]
    public async Task AppendAsync_Closed_Refused()
    {
        await Log.DisposeAsync();

        AppendResult.Refused refused = Assert.IsType<AppendResult.Refused>(await Log.AppendAsync(Set(Put("a", "1")), None));
        Assert.Equal(RefusalKind.Closed, refused.Kind);
    }
}
