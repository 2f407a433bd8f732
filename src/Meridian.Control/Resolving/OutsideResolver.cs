using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Resolving;

/// <summary>
/// Keeps the addresses of the names outside that the served configuration answers from: asks ahead of the end of their TTLs,
/// spread and a bounded number at a time, and hands what is new to the data plane. No query ever waits for it.
/// </summary>
public sealed class OutsideResolver : IDisposable
{
    private static readonly RecordType[] Families = [RecordType.A, RecordType.AAAA];

    // How often what waits for first answers looks whether they are there.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<(OutsideName Name, RecordType Type), OutsideEntry> _entries = [];
    private readonly Dictionary<(OutsideName Name, RecordType Type), KeptAnswer> _kept;
    private readonly PriorityQueue<OutsideEntry, DateTimeOffset> _queue = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly StubResolver _stub;
    private readonly Func<ImmutableArray<IPEndPoint>> _systemServers;
    private readonly DataPlane _dataPlane;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ResolversModel _settings = new();
    private ImmutableArray<OutsideName> _followed = [];
    private int _running;

    /// <param name="stub">Asks.</param>
    /// <param name="systemServers">The operating system's resolvers, for a configuration that names none.</param>
    /// <param name="dataPlane">Receives what is new.</param>
    /// <param name="kept">What was known before a restart.</param>
    /// <param name="random">Spreads the lookups.</param>
    /// <param name="time">Drives everything.</param>
    /// <param name="logger">One line for each trouble, and for its end.</param>
    public OutsideResolver(
        StubResolver stub,
        Func<ImmutableArray<IPEndPoint>> systemServers,
        DataPlane dataPlane,
        ImmutableArray<KeptAnswer> kept,
        Random random,
        TimeProvider time,
        ILogger<OutsideResolver> logger)
    {
        (_stub, _systemServers, _dataPlane, _random, _time, _logger) = (stub, systemServers, dataPlane, random, time, logger);
        _kept = kept.GroupBy(answer => (answer.Answer.Name, answer.Answer.Type)).ToDictionary(group => group.Key, group => group.First());
        Metrics = new ResolvingMetrics(() => GetStatus());
    }

    /// <summary>Hears of troubles and of their ends; must return at once.</summary>
    public Action<OutsideNews>? Notice { get; set; }

    internal ResolvingMetrics Metrics { get; }

    /// <summary>
    /// Follows a snapshot that is about to be published: asks for names that are new, and forgets those that nothing refers to
    /// any more.
    /// </summary>
    /// <param name="names">The names of everything that is served.</param>
    /// <param name="settings">Whom to ask.</param>
    /// <returns>The names that were not followed before.</returns>
    public ImmutableArray<OutsideName> Follow(ImmutableArray<OutsideName> names, ResolversModel settings)
    {
        ImmutableArray<OutsideName>.Builder begun = ImmutableArray.CreateBuilder<OutsideName>();
        DateTimeOffset now = _time.GetUtcNow();
        List<ResolvedAnswer> changes = [];
        lock (_lock)
        {
            if (settings == _settings && names.AsSpan().SequenceEqual(_followed.AsSpan()))
            {
                // Nearly every change of records: nothing of the names outside is in it.
                return [];
            }
            _followed = names;
            bool areOthers = _settings.Servers != settings.Servers;
            _settings = settings;
            HashSet<OutsideName> followed = [.. names];
            foreach (OutsideEntry gone in _entries.Values.Where(entry => !followed.Contains(entry.Name)).ToArray())
            {
                _entries.Remove((gone.Name, gone.Type));
                changes.Add(new ResolvedAnswer(gone.Name, gone.Type, ResolutionState.Unknown, [], 0, isStale: false));
            }
            foreach (OutsideName name in followed)
            {
                if (!_entries.ContainsKey((name, RecordType.A)))
                {
                    begun.Add(name);
                    changes.AddRange(Begin(name, RecordType.A, now));
                    changes.AddRange(Begin(name, RecordType.AAAA, now));
                }
            }
            // Other resolvers may know what those before did not.
            foreach (OutsideEntry waiting in _entries.Values.Where(entry => areOthers && !entry.IsRunning))
            {
                Enqueue(waiting, now);
            }
            if (changes.Count > 0)
            {
                _dataPlane.UpdateResolutions([.. changes]);
            }
        }
        Wake();
        return begun.ToImmutable();
    }

    /// <summary>Finds the first address of a name as it is answered: IPv4 before IPv6; null when there is none.</summary>
    public IPAddress? FindAddress(DomainName name)
    {
        lock (_lock)
        {
            return Families
                .Select(type => _entries.GetValueOrDefault((new OutsideName(name, null), type))?.Answer)
                .FirstOrDefault(answer => answer?.State == ResolutionState.Found)?.Addresses[0];
        }
    }

    /// <summary>Waits until each of these names has been answered for, or failed, at least once. Needs <see cref="RunAsync"/>.</summary>
    /// <param name="names">What <see cref="Follow"/> began with.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait, with an exception.</param>
    public async Task WaitAsync(ImmutableArray<OutsideName> names, TimeSpan limit, CancellationToken cancellationToken)
    {
        long startedAt = _time.GetTimestamp();
        while (!AreKnown(names) && _time.GetElapsedTime(startedAt) < limit)
        {
            await Task.Delay(PollInterval, _time, cancellationToken);
        }
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HashSet<Task> running = [];
        try
        {
            while (true)
            {
                StartDue(running, cancellationToken);
                running.RemoveWhere(task => task.IsCompleted);
                await WaitForWorkAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>What is known, by name.</summary>
    public ImmutableArray<OutsideStatus> GetStatus()
    {
        lock (_lock)
        {
            return
            [
                .. _entries.Values
                    .OrderBy(entry => entry.Name.Name)
                    .ThenBy(entry => entry.Name.ClientSubnet?.ToString(), StringComparer.Ordinal)
                    .ThenBy(entry => entry.Type)
                    .Select(OutsideStatus.Of),
            ];
        }
    }

    /// <summary>What is worth keeping over a restart.</summary>
    public ImmutableArray<KeptAnswer> Capture()
    {
        lock (_lock)
        {
            return
            [
                .. _entries.Values
                    .Where(entry => entry is { Answer.State: ResolutionState.Found or ResolutionState.NoData or ResolutionState.NxDomain, ResolvedAt: not null })
                    .OrderBy(entry => entry.Name.ToString(), StringComparer.Ordinal)
                    .ThenBy(entry => entry.Type)
                    .Select(entry => new KeptAnswer(entry.Answer!, entry.ResolvedAt!.Value)), // Filtered right before.
            ];
        }
    }

    public void Dispose()
    {
        Metrics.Dispose();
        _wake.Dispose();
    }

    private bool AreKnown(ImmutableArray<OutsideName> names)
    {
        lock (_lock)
        {
            return names.All(name => Families.All(type => _entries.GetValueOrDefault((name, type)) is null or { Answer: not null }));
        }
    }

    private IEnumerable<ResolvedAnswer> Begin(OutsideName name, RecordType type, DateTimeOffset now)
    {
        OutsideEntry entry = new(name, type);
        _entries.Add((name, type), entry);
        Enqueue(entry, now);
        if (!_kept.Remove((name, type), out KeptAnswer? kept) || now - kept.ResolvedAt > _settings.Keep)
        {
            return [];
        }
        entry.Restore(kept.Answer, kept.ResolvedAt);
        return [kept.Answer];
    }

    private void Enqueue(OutsideEntry entry, DateTimeOffset due)
    {
        entry.Due = due;
        _queue.Enqueue(entry, due);
    }

    private void StartDue(HashSet<Task> running, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_lock)
        {
            while (_running < _settings.Concurrency && _queue.TryPeek(out OutsideEntry? entry, out DateTimeOffset due) && due <= now)
            {
                _queue.Dequeue();
                // An entry may stand in the queue more than once, or be forgotten: only its own time counts.
                bool isCurrent = _entries.GetValueOrDefault((entry.Name, entry.Type)) == entry && entry.Due == due;
                if (isCurrent && !entry.IsRunning)
                {
                    entry.IsRunning = true;
                    _running++;
                    running.Add(LookUpAsync(entry, _settings, cancellationToken));
                }
            }
        }
    }

    private async Task LookUpAsync(OutsideEntry entry, ResolversModel settings, CancellationToken cancellationToken)
    {
        // Not under the lock of who starts it.
        await Task.Yield();
        ImmutableArray<IPEndPoint> servers = settings.Servers.Count > 0 ? [.. settings.Servers] : _systemServers();
        Lookup lookup;
        try
        {
            lookup = await _stub.ResolveAsync(entry.Name, entry.Type, settings, servers, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // A lookup must never end the others, whatever a resolver sends.
            _logger.LookupFault(entry.Name.ToString(), e);
            lookup = Lookup.Failed(e.Message);
        }
        Metrics.OnLookup(lookup.State);
        Finish(entry, lookup, settings);
    }

    private void Finish(OutsideEntry entry, Lookup lookup, ResolversModel settings)
    {
        OutsideNews? news = null;
        lock (_lock)
        {
            _running--;
            entry.IsRunning = false;
            DateTimeOffset now = _time.GetUtcNow();
            if (_entries.GetValueOrDefault((entry.Name, entry.Type)) == entry)
            {
                ResolvedAnswer? before = entry.Answer;
                if (entry.Take(lookup, settings, now, _random.NextDouble()) is { } answer)
                {
                    // Under the lock, so that what is newer cannot come first.
                    _dataPlane.UpdateResolutions([answer]);
                    if (before is not null && !answer.SameAnswer(before))
                    {
                        Metrics.OnChange();
                        _logger.AddressesChanged(entry.Name.ToString(), entry.Type, OutsideStatus.TextOf(before), OutsideStatus.TextOf(answer));
                    }
                }
                _queue.Enqueue(entry, entry.Due);
                news = Alarm(entry, now);
            }
        }
        if (news is not null)
        {
            Tell(news);
        }
        Wake();
    }

    private static OutsideNews? Alarm(OutsideEntry entry, DateTimeOffset now)
    {
        if (entry.IsTroubled == entry.IsAlarmed)
        {
            return null;
        }
        entry.IsAlarmed = entry.IsTroubled;
        return new OutsideNews(entry.Name, entry.Type, entry.IsAlarmed, entry.Problem, entry.Answer, now);
    }

    private void Tell(OutsideNews news)
    {
        if (news.IsTrouble)
        {
            _logger.Unresolved(news.Name.ToString(), news.Type, news.Problem, news.Consequence);
        }
        else
        {
            _logger.ResolvedAgain(news.Name.ToString(), news.Type, news.Answer is null ? "" : OutsideStatus.TextOf(news.Answer));
        }
        Notice?.Invoke(news);
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        lock (_lock)
        {
            if (_running < _settings.Concurrency && _queue.TryPeek(out _, out DateTimeOffset due))
            {
                TimeSpan left = due - _time.GetUtcNow();
                wait = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
        if (wait == TimeSpan.Zero)
        {
            return;
        }
        using CancellationTokenSource until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task woken = _wake.WaitAsync(until.Token);
        await Task.WhenAny(woken, Task.Delay(wait, _time, until.Token));
        await until.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        lock (_lock)
        {
            // One is enough: it says that there is something to look at.
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }
}
