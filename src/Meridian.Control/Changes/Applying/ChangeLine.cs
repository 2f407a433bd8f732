using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes.Applying;

/// <summary>
/// The single line in which changes become revisions. One is checked while those before it are still being written, so that the
/// log commits many with one fsync; what it was checked on is named to the log, which takes it directly after that or not at
/// all. Nothing is served, acknowledged or refused on account of a change before that change is durable.
/// </summary>
internal sealed class ChangeLine : IDisposable
{
    // 2 to 100. A change is checked anew when one that it was checked on failed, or somebody else wrote to the log between.
    private const int AttemptsMax = 10;

    private readonly ChangeServiceParts _parts;
    private readonly CandidateBuilder _builder;
    private readonly ILogger _logger;
    private readonly SerialAnchor _serials;

    // One check at a time; writing goes on outside of it.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();

    // Under the lock. What is durable; the newest change on its way (null: none that others may be checked on); how many are
    // on their way; whether one failed, and the others will.
    private Candidate? _current;
    private long _number;
    private ChangeFlight? _last;
    private int _inFlight;
    private bool _isBroken;
    private TaskCompletionSource? _empty;
    private string? _problem;

    public ChangeLine(ChangeServiceParts parts, CandidateBuilder builder, SerialAnchor serials, ILogger logger)
    {
        (_parts, _builder, _serials, _logger) = (parts, builder, serials, logger);
    }

    /// <summary>What is durable and served, or about to be; null before the start.</summary>
    public Candidate? Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>The revision that <see cref="Current"/> is of.</summary>
    public long Number
    {
        get
        {
            lock (_lock)
            {
                return _number;
            }
        }
    }

    /// <summary>Why the newest revision of the log is not served; null when it is.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Reads the newest state of the log and publishes it.</summary>
    /// <returns>Empty, or why it cannot be served.</returns>
    public async Task<ImmutableArray<ChangeError>> StartAsync(CancellationToken cancellationToken)
    {
        using DocumentState state = await _parts.Log.StateAsync(cancellationToken);
        DocumentSet documents = DocumentSet.Of(state.Read());
        long number = state.At?.Number ?? 0;
        _serials.Fix(number);
        CandidateResult built = _builder.Build(documents, [], _serials.RevisionOf(documents, number), basis: null);
        if (built.Candidate is not { } candidate)
        {
            return built.Errors;
        }
        lock (_lock)
        {
            (_current, _number) = (candidate, number);
        }
        Keep(candidate);
        await _parts.Publisher.PublishAsync(candidate.Snapshot, cancellationToken);
        return [];
    }

    /// <summary>
    /// Takes a change through the line. It may be checked more than once: what it was checked on may fail. It is not cancelled once
    /// it is being written: what is in the log is served, whether the caller still waits or not.
    /// </summary>
    /// <param name="check">Decides; for one caller at a time.</param>
    /// <param name="cancellationToken">Ends waiting for the turn.</param>
    public async Task<ChangeOutcome> PassAsync(Func<LinePlace, CheckedChange> check, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            Entry entry = await EnterAsync(check, cancellationToken);
            if (entry is { Change: CheckedChange.Settled settled })
            {
                // What rests on a change that is not durable yet is not said before it is.
                if (entry.Before is null || await entry.Before.WaitAsync(cancellationToken))
                {
                    return settled.Outcome;
                }
                continue;
            }
            AppendResult result = await entry.Writing!.WaitAsync(CancellationToken.None); // What is ready is being written.
            if (result is not AppendResult.Moved)
            {
                return ((CheckedChange.Ready)entry.Change).OutcomeOf(result);
            }
        }
        return new ChangeOutcome.Unavailable(RefusalKind.Busy, $"the configuration changed under it {AttemptsMax} times while it was checked; try again");
    }

    /// <summary>Builds something on what is durable.</summary>
    public async Task<T> UseAsync<T>(Func<LinePlace, T> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            LinePlace place;
            lock (_lock)
            {
                place = new LinePlace(_current ?? throw NotStarted(), _number, null);
            }
            return use(place);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Reads the files anew that documents name, and takes a newer location database if it may be used. What cannot be served
    /// changes nothing, and is logged.
    /// </summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await WaitUntilEmptyAsync(always: true, cancellationToken);
            await TryCatchUpAsync(cancellationToken);
            if (Current is not { } current)
            {
                return;
            }
            // The same revision: no document changed.
            CandidateResult built = _builder.Renew(current, current.Snapshot.Revision);
            if (built.Candidate is not { } candidate)
            {
                _logger.FilesRefused(string.Join("; ", built.Errors));
                return;
            }
            if (!ReferenceEquals(candidate, current))
            {
                lock (_lock)
                {
                    Serve(candidate, _number);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is durable, with everything that others wrote to the log.</summary>
    public async Task<Candidate> CurrentAsync(CancellationToken cancellationToken)
    {
        bool isBehind;
        lock (_lock)
        {
            isBehind = _inFlight == 0 && (_parts.Log.Head?.Number ?? 0) > _number;
        }
        if (isBehind)
        {
            await FollowAsync(_parts.Log.Head?.Number ?? 0, cancellationToken);
        }
        return Current ?? throw NotStarted();
    }

    /// <summary>Takes over what is in the log up to a revision, and not yet here.</summary>
    public async Task FollowAsync(long number, CancellationToken cancellationToken)
    {
        while (Number < number && Current is not null)
        {
            ChangeFlight? last;
            lock (_lock)
            {
                last = _last;
            }
            if (last is not null)
            {
                // Either it is one of these, or they fail when somebody else was before them.
                await last.WaitAsync(cancellationToken);
                continue;
            }
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await WaitUntilEmptyAsync(always: true, cancellationToken);
                await CatchUpAsync(cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    private static InvalidOperationException NotStarted() => new("The change service has not been started.");

    private async Task<Entry> EnterAsync(Func<LinePlace, CheckedChange> check, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await WaitUntilEmptyAsync(always: false, cancellationToken);
            await CatchUpAsync(cancellationToken);
            LinePlace place;
            lock (_lock)
            {
                place = _last is { } last ? new LinePlace(last.Candidate, last.Number, last) : new LinePlace(_current ?? throw NotStarted(), _number, null);
            }
            CheckedChange change = check(place);
            if (change is not CheckedChange.Ready ready)
            {
                return new Entry(change, place.Before, null);
            }
            cancellationToken.ThrowIfCancellationRequested();
            return new Entry(change, place.Before, DepartAsync(place, ready));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Hands a change to the log. It is in the log's queue when this returns its task, so changes are there in the order of the line.</summary>
    private async Task<AppendResult> DepartAsync(LinePlace place, CheckedChange.Ready ready)
    {
        long number = place.Number + 1;
        ChangeFlight flight = new(ready.Candidate with { Documents = place.Candidate.Documents.With(ready.Changes, number) }, number);
        lock (_lock)
        {
            _last = flight;
            _inFlight++;
        }
        AppendResult? result = null;
        try
        {
            result = await _parts.Log.AppendAsync(ready.ToSet(new AppendPlace(place.Number, place.Before?.Ticket), flight.Ticket), CancellationToken.None);
            return result;
        }
        finally
        {
            // A repetition that only the log knows, because it came there by another way, made no revision: what was checked on
            // it is checked anew, like what was checked on one that failed. The others are answered before they come here.
            Land(flight, result is AppendResult.Accepted { IsRepetition: false }, ready);
        }
    }

    private void Land(ChangeFlight flight, bool isDurable, CheckedChange.Ready ready)
    {
        lock (_lock)
        {
            _inFlight--;
            // Those before it are durable too, whether or not their threads have come this far.
            if (isDurable && flight.Number > _number)
            {
                Serve(flight.Candidate, flight.Number);
            }
            _isBroken |= !isDurable;
            if (ReferenceEquals(_last, flight))
            {
                _last = null;
            }
            if (_inFlight == 0)
            {
                (_isBroken, _last) = (false, null);
                _empty?.SetResult();
                _empty = null;
            }
        }
        flight.Land(isDurable);
        if (isDurable)
        {
            ProposedChange proposal = ready.Proposal;
            _logger.ChangeAccepted(flight.Number, proposal.Author, proposal.Origin, ready.Changes.Length, proposal.Message);
            if (proposal.Reason is { } reason)
            {
                _logger.GuardOverruled(flight.Number, proposal.Author, reason);
            }
        }
    }

    /// <summary>Under the turn: after one failed, those that were checked on it come to nothing before another is checked.</summary>
    private async Task WaitUntilEmptyAsync(bool always, CancellationToken cancellationToken)
    {
        Task? empty = null;
        lock (_lock)
        {
            if (_inFlight > 0 && (always || _isBroken))
            {
                _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                empty = _empty.Task;
            }
        }
        if (empty is not null)
        {
            await empty.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Under the turn: takes over what is in the log and not yet here, when nothing of our own is on its way there.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        Candidate current;
        long number;
        lock (_lock)
        {
            if (_inFlight > 0 || _current is null || (_parts.Log.Head?.Number ?? 0) <= _number)
            {
                return;
            }
            (current, number) = (_current, _number);
        }
        (DocumentSet documents, IReadOnlyCollection<DocumentKey> changed, number) = await LogAdvance.ReadAsync(_parts.Log, current.Documents, number, cancellationToken);
        CandidateResult built = _builder.Build(documents, changed, _serials.RevisionOf(documents, number), current);
        lock (_lock)
        {
            if (built.Candidate is { } candidate)
            {
                Serve(candidate, number);
                return;
            }
            // What was appended past this door was not checked. The documents count, what is served stays.
            (_current, _number) = (current with { Documents = documents }, number);
        }
        string errors = string.Join("; ", built.Errors);
        Volatile.Write(ref _problem, $"revision {number} cannot be served: {errors}");
        _logger.RevisionUnservable(number, errors);
    }

    /// <summary>Files and location databases are taken on also while the log cannot be read; following it comes back to it.</summary>
    private async Task TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        catch (ChangeLogException e)
        {
            _logger.StoreUnreadable(e.Message);
        }
    }

    /// <summary>Under the lock, so that revisions are submitted in their order.</summary>
    private void Serve(Candidate candidate, long number)
    {
        bool isSame = ReferenceEquals(candidate.Snapshot, _current?.Snapshot);
        (_current, _number) = (candidate, number);
        Volatile.Write(ref _problem, null);
        if (!isSame)
        {
            Keep(candidate);
        }
        _parts.Publisher.Submit(candidate.Snapshot, number);
    }

    /// <summary>Before it is published: what it answers must be explainable from the first answer on, and a restart know its places.</summary>
    private void Keep(Candidate candidate)
    {
        _parts.History?.KeepFiles(candidate.Loaded);
        _parts.Places?.Use(candidate.Snapshot);
        _parts.Keep?.Invoke(candidate.Model.Store);
    }

    /// <summary>What became of a turn: the change, what it was checked on, and its writing when it is ready.</summary>
    private readonly record struct Entry(CheckedChange Change, ChangeFlight? Before, Task<AppendResult>? Writing);
}
