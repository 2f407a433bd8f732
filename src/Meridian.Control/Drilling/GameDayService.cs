using System.Collections.Immutable;
using Meridian.Control.Observing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Drilling;

/// <summary>
/// Has drills come again by the calendar. A time at which the world is not fit for one (members down, a freeze, another drill, a staged
/// change) is left out, with the reason in the history; nothing is made up for later.
/// </summary>
/// <param name="drills">Plays them.</param>
/// <param name="store">Keeps them over a restart.</param>
/// <param name="time">Whose calendar.</param>
/// <param name="logger">What became of them.</param>
public sealed class GameDayService(DrillService drills, GameDayStore store, TimeProvider time, ILogger<GameDayService> logger)
{
    // 100 ms to 10 s, and far less than what is late.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // 10 to 1,000: a report of each takes some KiB, and two years of Tuesdays are found again.
    private const int RunsMax = 100;

    // 10 to 1,000: a person reads the list.
    private const int DaysMax = 50;

    private readonly Lock _lock = new();
    private GameDayBook _book = GameDayBook.Empty;
    private string? _unsaved;

    /// <summary>What is planned, and what came of it.</summary>
    public GameDayBook Book
    {
        get
        {
            lock (_lock)
            {
                return _book;
            }
        }
    }

    /// <summary>Whether a restart finds them again.</summary>
    public bool IsLasting => store.IsLasting;

    /// <summary>Takes over what an earlier run kept. Its drills must have been given back theirs.</summary>
    /// <returns>Why it cannot be read, in words; null when it can.</returns>
    public string? Load()
    {
        lock (_lock)
        {
            GameDayBook book = store.Load(out string? problem);
            // Whoever wrote the file had another clock: what is done until later than now would not come again for as long.
            DateTimeOffset now = time.GetUtcNow();
            _book = book with { Days = [.. book.Days.Select(day => day with { DoneUntil = Clamp(day.DoneUntil, now) })] };
            return problem;
        }
    }

    /// <summary>Plans one, from the next of its times on. When this returns null, it is on the disk.</summary>
    /// <param name="day">What, and when; its <see cref="GameDay.DoneUntil"/> is set here.</param>
    /// <returns>Null when it is planned; otherwise what speaks against it.</returns>
    public string? Add(GameDay day)
    {
        lock (_lock)
        {
            if ((day.Problem ?? drills.UnknownIn(day.Plan)) is { } problem)
            {
                return problem;
            }
            if (_book.Days.Any(known => known.Name == day.Name))
            {
                return $"there is a game day '{day.Name}' already; 'meridian drill cancel {day.Name}' takes it away";
            }
            if (_book.Days.Length == DaysMax)
            {
                return $"there are {DaysMax} game days already";
            }
            GameDay added = day with { DoneUntil = time.GetUtcNow(), Plan = day.Plan with { GameDay = day.Name } };
            return Keep(_book with { Days = [.. _book.Days.Append(added).OrderBy(known => known.Name, StringComparer.Ordinal)] });
        }
    }

    /// <summary>Takes one away; a drill of it that runs goes on. What came of it stays in the history.</summary>
    /// <param name="name">Which.</param>
    /// <param name="isKnown">False when there is none of this name.</param>
    /// <returns>Null when it is gone; otherwise why it is not.</returns>
    public string? Cancel(string name, out bool isKnown)
    {
        lock (_lock)
        {
            ImmutableArray<GameDay> left = _book.Days.RemoveAll(day => day.Name == name);
            isKnown = left.Length < _book.Days.Length;
            return isKnown ? Keep(_book with { Days = left }) : null;
        }
    }

    /// <summary>Has them come until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                StepOnce();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Looks once, and survives it: the server must not end with a game.</summary>
    internal void StepOnce()
    {
        try
        {
            Step();
        }
        catch (Exception e)
        {
            logger.GameDaysFailed(e);
        }
    }

    /// <summary>Looks once: whether one is due, and what came of the last one.</summary>
    internal void Step()
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            GameDayBook book = Follow(_book);
            foreach (GameDay day in book.Days)
            {
                if (day.NextAfter(day.DoneUntil) is { } due && due <= now)
                {
                    GameDayRun run = Hold(day, due, now);
                    ImmutableArray<GameDayRun> runs = book.Runs.Add(run);
                    // What was missed in a long absence is told once, and is over.
                    book = new GameDayBook(book.Days.Replace(day, day with { DoneUntil = now }), runs.RemoveRange(0, Math.Max(0, runs.Length - RunsMax)));
                }
            }
            if (!ReferenceEquals(book, _book))
            {
                // It has happened, whether a disk takes it or not.
                _book = book;
                Tell(store.Save(book));
            }
        }
    }

    private GameDayRun Hold(GameDay day, DateTimeOffset due, DateTimeOffset now)
    {
        string? objection = now - due > DrillService.LateMax ? "its time passed while the server was away" : drills.Begin(day.Plan);
        if (objection is not null)
        {
            logger.GameDaySkipped(day.Name, objection);
            return new GameDayRun(day.Name, due, objection, null);
        }
        logger.GameDayBegan(day.Name);
        return new GameDayRun(day.Name, due, null, drills.Kept);
    }

    private static DateTimeOffset Clamp(DateTimeOffset moment, DateTimeOffset now) =>
        moment > now ? now : moment < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : moment;

    private GameDayBook Follow(GameDayBook book) => Settle(FollowCurrent(book));

    /// <summary>The book with every run ended that is not the present drill: there is one at a time.</summary>
    private GameDayBook Settle(GameDayBook book)
    {
        DrillReport? kept = drills.Kept;
        foreach ((int index, GameDayRun run) in book.Runs.Index())
        {
            if (run.Report is { EndedAt: null } report && (kept?.Plan.GameDay != run.Name || kept.StartedAt != report.StartedAt))
            {
                DrillReport ended = report with { EndedAt = time.GetUtcNow(), Reason = "it is over, and nobody noted why" };
                book = book with { Runs = book.Runs.SetItem(index, run with { Report = ended }) };
            }
        }
        return book;
    }

    /// <summary>The book with the present report of the drill that a game day began last.</summary>
    private GameDayBook FollowCurrent(GameDayBook book)
    {
        if (drills.Kept is not { StartedAt: { } startedAt, Plan.GameDay: { } name } report)
        {
            return book;
        }
        int index = book.Runs.ToList().FindLastIndex(run => run.Name == name && run.Report?.StartedAt == startedAt);
        return index < 0 || ReferenceEquals(book.Runs[index].Report, report)
            ? book
            : book with { Runs = book.Runs.SetItem(index, book.Runs[index] with { Report = report }) };
    }

    private string? Keep(GameDayBook book)
    {
        if (store.Save(book) is { } problem)
        {
            return $"it cannot be kept: {problem}";
        }
        _book = book;
        return null;
    }

    private void Tell(string? problem)
    {
        if (problem is not null && problem != _unsaved)
        {
            logger.GameDaysNotKept(problem);
        }
        _unsaved = problem;
    }
}
