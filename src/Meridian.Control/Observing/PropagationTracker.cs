using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.Observing;

/// <summary>
/// Sees when answers change, by health, by an operator's word or by configuration, and follows each change through the caches of
/// who asks. Changes of load alone, which move shares a little and often, are not followed.
/// </summary>
public sealed class PropagationTracker : IDisposable
{
    // 1 to 1,000. A person looks at the last few; the history of tails takes the last twenty.
    private const int ChangesMax = 100;

    // 10 to 10,000 networks of each name that are asked for when something changes; further ones are taken as the mean of these.
    private const int NetworksMax = 300;

    // 32 to 1,024 draws for each: shares are right within a few hundredths.
    private const int Draws = 128;

    // 0 to 0.5. What two sets of draws differ by without anything having changed.
    private const double Noise = 0.25;

    // 1 h to 1 week: who has not let go by then is reported, not waited for.
    private static readonly TimeSpan FollowedFor = TimeSpan.FromHours(6);

    private readonly Lock _lock = new();
    private readonly DataPlane _dataPlane;
    private readonly TimeProvider _time;
    private readonly SeriesLedger _ledger = new();
    private readonly List<AnswerChange> _changes = [];
    private readonly Meter _meter = new("Meridian.Observing");
    private DataPlane? _before;
    private IReadOnlyList<MemberStatus>? _statuses;
    private long _count;

    /// <param name="dataPlane">What answers.</param>
    /// <param name="time">Dates the changes.</param>
    public PropagationTracker(DataPlane dataPlane, TimeProvider time)
    {
        (_dataPlane, _time) = (dataPlane, time);
        _meter.CreateObservableCounter("meridian.propagation.changes", () => Volatile.Read(ref _count), "{change}", "Changes of answers that have been followed.");
        _meter.CreateObservableGauge("meridian.propagation.remaining", Remaining, "1", "The largest part of a change's volume that still holds what was taken away, 0 to 1.");
    }

    /// <summary>Changes that have come to their end, also those of earlier runs.</summary>
    public PropagationHistory History { get; } = new();

    public void Dispose() => _meter.Dispose();

    /// <summary>What is known now.</summary>
    internal PropagationReport Read()
    {
        lock (_lock)
        {
            long now = _time.GetUtcNow().ToUnixTimeSeconds();
            return new PropagationReport(now, ChangesNow(now), [.. AskersNow(now)], History.Changes);
        }
    }

    /// <summary>The changes alone, the newest first.</summary>
    internal ImmutableArray<ChangeReport> ReadChanges()
    {
        lock (_lock)
        {
            return ChangesNow(_time.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    /// <summary>Takes samples in.</summary>
    internal void Take(ReadOnlySpan<QuerySample> samples, List<Asker> askers)
    {
        lock (_lock)
        {
            _ledger.Add(samples, askers);
        }
    }

    /// <summary>Forgets who asked.</summary>
    /// <param name="withHistory">Whether the measured tail goes too: nobody is in it, but whoever keeps nothing wants nothing kept.</param>
    internal void Forget(bool withHistory)
    {
        lock (_lock)
        {
            _ledger.Clear();
            _changes.Clear();
        }
        if (withHistory)
        {
            History.Clear();
        }
    }

    /// <summary>Looks whether answers have changed, and how far changes have come. After all samples of before were taken in.</summary>
    /// <param name="nameOf">The name of a number.</param>
    internal void Look(Func<int, ObservedName?> nameOf)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            foreach (AnswerChange change in _changes.Where(change => !change.IsDone && now - change.At < FollowedFor.TotalSeconds))
            {
                change.Look(now);
                if (change.Finish() is { } finished)
                {
                    History.Add(finished);
                }
            }
        }
        IReadOnlyList<MemberStatus> statuses = _dataPlane.GetMemberStatuses();
        if (ReferenceEquals(statuses, _statuses) && ReferenceEquals(_before?.Snapshot, _dataPlane.Snapshot))
        {
            return;
        }
        _statuses = statuses;
        DataPlane? after = _dataPlane.Suppose();
        if (_before is { } before && after is not null)
        {
            // The clock of stamps is the one that queries are dated by, to the second.
            Follow(before, after, Math.Min(now, after.Stamp / 1000), "", nameOf);
        }
        _before = after;
    }

    /// <summary>Begins to follow a change.</summary>
    /// <param name="before">What answered.</param>
    /// <param name="after">What answers.</param>
    /// <param name="at">Since when, in Unix seconds.</param>
    /// <param name="reason">In words; empty when the answers say enough.</param>
    /// <param name="nameOf">The name of a number.</param>
    /// <param name="takes">Whose answers change; null for everybody's.</param>
    internal void Follow(
        DataPlane before, DataPlane after, long at, string reason, Func<int, ObservedName?> nameOf, Func<ClientAddress, bool>? takes = null)
    {
        lock (_lock)
        {
            AnswerProbe old = new(before, at);
            AnswerProbe now = new(after, at);
            AnswerChange change = new(at);
            // Draws of two configurations are noisy; whether they mean the same for an asker is not. Health needs drawing.
            AlteredQueries? altered = AreAvailableAlike(before, after) && before.Snapshot is { } was && after.Snapshot is { } becomes
                ? new AlteredQueries(was, becomes)
                : null;
            List<string> words = [];
            Dictionary<ClientAddress, CacheEstimate> habits = Habits(at);
            foreach (var named in _ledger.All.Where(pair => takes?.Invoke(pair.Key.Network) != false).GroupBy(pair => (pair.Key.Name, pair.Key.Type)))
            {
                if (nameOf(named.Key.Name) is { } name)
                {
                    KeyValuePair<Asker, AskerSeries>[] all = [.. named.Where(pair => altered?.IsAltered(new ObservedRow(pair.Key, name, 1)) != false)];
                    Follow(change, name, named.Key.Type, all, habits, old, now, words);
                }
            }
            if (change.IsEmpty)
            {
                return;
            }
            string others = words.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"; and {words.Count - 1} more names") : "";
            change.Description = $"{words[0]}{others}{(reason.Length > 0 ? $" ({reason})" : "")}";
            _changes.Add(change);
            Volatile.Write(ref _count, _count + 1);
            if (_changes.Count > ChangesMax)
            {
                _changes.RemoveAt(0);
            }
        }
    }

    private static bool AreAvailableAlike(DataPlane before, DataPlane after)
    {
        if (before.Snapshot is not { } was || after.Snapshot is not { } becomes)
        {
            return false;
        }
        IReadOnlyList<MemberStatus> old = before.GetMemberStatuses();
        IReadOnlyList<MemberStatus> now = after.GetMemberStatuses();
        // A member that comes or goes is a change of its pool, which the configurations tell.
        return becomes.Members.Select((slot, i) => !was.TryFindMember(slot.Key, out int before) || old[before].IsAvailable == now[i].IsAvailable).All(alike => alike)
            && !ReferenceEquals(was, becomes);
    }

    private static void Follow(
        AnswerChange change, ObservedName name, RecordType type, KeyValuePair<Asker, AskerSeries>[] all,
        Dictionary<ClientAddress, CacheEstimate> habits, AnswerProbe old, AnswerProbe now, List<string> words)
    {
        Dictionary<ClientAddress, AnswerShift> shifts = [];
        AnswerShift sum = new();
        foreach ((Asker asker, _) in all)
        {
            if (shifts.Count < NetworksMax && !shifts.ContainsKey(asker.Network))
            {
                AnswerShift shift = new();
                shift.Add(old.Ask(name, in asker, Draws), now.Ask(name, in asker, Draws));
                shifts.Add(asker.Network, shift);
                sum.Add(shift);
            }
        }
        if (!shifts.Values.Any(shift => shift.HasMoved(Noise)))
        {
            return;
        }
        words.Add(string.Create(CultureInfo.InvariantCulture, $"{name.Owner} {type}: {sum.Describe()}"));
        if (!change.Names.Contains(name.Owner.ToString(), StringComparer.Ordinal))
        {
            change.Names.Add(name.Owner.ToString());
        }
        CacheEstimate[] estimates = EstimatesOf(all, habits, change.At);
        for (int i = 0; i < all.Length; i++)
        {
            (Asker asker, AskerSeries series) = all[i];
            AnswerShift shift = shifts.GetValueOrDefault(asker.Network, sum);
            change.Add(in asker, series, in estimates[i], answer => shift.PartOf(answer, Noise));
        }
    }

    /// <summary>How each asker treats one name. Caches that cannot be told apart are taken to be as busy as those that can.</summary>
    private static CacheEstimate[] EstimatesOf(KeyValuePair<Asker, AskerSeries>[] all, Dictionary<ClientAddress, CacheEstimate> habits, long at)
    {
        CacheEstimate[] estimates = [.. all.Select(pair => habits[pair.Key.Resolver].With(pair.Value.WholeUntil(at), CacheEstimate.DemandMax))];
        double others = estimates.Where(estimate => estimate.Caches <= 1).Select(estimate => estimate.Demand).DefaultIfEmpty(CacheEstimate.DemandMax).Average();
        return [.. estimates.Select(estimate => estimate.Caches > 1 ? estimate with { Demand = others } : estimate)];
    }

    private Dictionary<ClientAddress, CacheEstimate> Habits(long at) => _ledger.All
        .GroupBy(pair => pair.Key.Resolver)
        .ToDictionary(
            resolver => resolver.Key,
            resolver => CacheEstimate.Of([.. resolver.Select(pair => pair.Value.WholeUntil(at))], resolver.First().Value.Ttl));

    private ImmutableArray<ChangeReport> ChangesNow(long now) => [.. _changes.AsEnumerable().Reverse().Select(change => ChangeReport.Of(change, now))];

    private IEnumerable<AskerReport> AskersNow(long now)
    {
        Dictionary<ClientAddress, CacheEstimate> habits = Habits(now);
        return _ledger.All.GroupBy(pair => pair.Key.Resolver)
            .Select(resolver => (Most: resolver.MaxBy(pair => pair.Value.Count), Habit: habits[resolver.Key], Names: resolver.Count()))
            .Where(resolver => resolver.Habit.Behaviour != CacheBehaviour.Unknown)
            .Select(resolver => new AskerReport(
                resolver.Most.Key, resolver.Habit.With(resolver.Most.Value.WholeUntil(now), CacheEstimate.DemandMax), resolver.Most.Value.Ttl, resolver.Names))
            .OrderByDescending(asker => asker.Estimate.Caches * asker.Estimate.Demand * asker.Names)
            .ThenByDescending(asker => asker.Estimate.EffectiveTtl);
    }

    private double Remaining()
    {
        lock (_lock)
        {
            long now = _time.GetUtcNow().ToUnixTimeSeconds();
            return _changes.Where(change => !change.IsDone).Select(change => 1 - change.MovedAt(now)).DefaultIfEmpty(0).Max();
        }
    }
}
