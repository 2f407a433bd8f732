using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;

namespace Meridian.Health.Publishing;

/// <summary>Which checks there are, and which speaks for which member. Guarded by the engine's lock.</summary>
internal sealed class CheckTable
{
    private readonly Dictionary<MemberKey, StoredVerdict> _restored;
    private readonly TimeSpan _maxRestoredAge;
    private Dictionary<CheckKey, Check> _checks = [];
    private Dictionary<long, Check> _byId = [];
    private long _lastId;
    private Dictionary<MemberKey, Check> _members = [];

    internal CheckTable(ImmutableArray<StoredVerdict> restored, TimeSpan maxRestoredAge)
    {
        _maxRestoredAge = maxRestoredAge;
        _restored = new Dictionary<MemberKey, StoredVerdict>(restored.Length);
        foreach (StoredVerdict verdict in restored)
        {
            _restored[verdict.Member] = verdict;
        }
    }

    internal IReadOnlyCollection<Check> Checks => _checks.Values;

    internal IReadOnlyDictionary<MemberKey, Check> Members => _members;

    /// <summary>Checks that have no verdict yet.</summary>
    internal int Unknown { get; private set; }

    /// <summary>Grows with every change that is worth writing to disk; 0 before the first configuration.</summary>
    internal long Version { get; private set; }

    internal Check? Find(MemberKey member) => _members.GetValueOrDefault(member);

    /// <summary>The check that vantage points call so; null when it is gone.</summary>
    internal Check? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>Takes the members of a new snapshot. Checks that stay the same are not touched, but for whom they speak.</summary>
    internal CheckDiff Apply(ImmutableArray<MemberSlot> slots, DateTimeOffset now)
    {
        Dictionary<CheckKey, Check> checks = [];
        Dictionary<MemberKey, Check> members = [];
        Dictionary<Check, ImmutableArray<MemberKey>.Builder> speaksFor = [];
        CheckDiff diff = new([], [], [], []);
        foreach (MemberSlot slot in slots)
        {
            // A key that comes twice is one member; which of two ports is meant is for validation to ask.
            if (slot.Monitor is null || members.ContainsKey(slot.Key))
            {
                continue;
            }

            Check check = FindOrMake(slot.Member, slot.Monitor, checks, diff);
            Inherit(check, slot.Key, now);
            members.Add(slot.Key, check);
            if (!speaksFor.TryGetValue(check, out ImmutableArray<MemberKey>.Builder? keys))
            {
                speaksFor.Add(check, keys = ImmutableArray.CreateBuilder<MemberKey>());
            }

            keys.Add(slot.Key);
        }

        foreach ((CheckKey key, Check check) in _checks)
        {
            if (!checks.ContainsKey(key))
            {
                check.Members = [];
                diff.Removed.Add(check);
            }
        }

        foreach (Check check in diff.Calculated)
        {
            check.Recalculate(now);
        }

        foreach ((Check check, ImmutableArray<MemberKey>.Builder keys) in speaksFor)
        {
            // The data plane knows nothing of a member that is new here, whatever the check knows.
            if (check.State != HealthState.Unknown && keys.Any(key => _members.GetValueOrDefault(key) != check))
            {
                diff.Announce.Add(check);
            }

            check.Members = keys.ToImmutable();
        }

        _checks = checks;
        _byId = checks.Values.ToDictionary(check => check.Id);
        _members = members;
        Unknown = checks.Values.Count(check => check.State == HealthState.Unknown);
        Version++;
        return diff;
    }

    /// <summary>A check's state changed.</summary>
    internal void StateChanged(HealthState before)
    {
        Version++;
        if (before == HealthState.Unknown)
        {
            Unknown--;
        }
    }

    /// <summary>All verdicts, as they are kept on disk.</summary>
    internal ImmutableArray<StoredVerdict> ToStored(DateTimeOffset now)
    {
        ImmutableArray<StoredVerdict>.Builder verdicts = ImmutableArray.CreateBuilder<StoredVerdict>(_members.Count);
        foreach ((MemberKey member, Check check) in _members)
        {
            if (check is { Since: { } since, LastResultAt: { } lastResultAt })
            {
                // As the data plane has it: what the circuit breaker withholds must not be taken out by a restart.
                verdicts.Add(new StoredVerdict(member, check.Verdict.State, since, lastResultAt, check.Cause ?? "")
                {
                    History = check.History.ToArray(),
                    Uptime = check.History.Uptime.ToRecord(now),
                });
            }
        }

        // In order, so that two versions of the file can be compared.
        verdicts.Sort(static (a, b) => string.CompareOrdinal(a.Member.Pool, b.Member.Pool) is not 0 and int byPool
            ? byPool
            : string.CompareOrdinal(a.Member.Target, b.Member.Target));
        return verdicts.DrainToImmutable();
    }

    private Check FindOrMake(MemberModel member, MonitorModel monitor, Dictionary<CheckKey, Check> checks, CheckDiff diff)
    {
        CheckKey key = new(monitor, ProbeTarget.Of(member, monitor));
        if (checks.TryGetValue(key, out Check? check))
        {
            return check;
        }

        if (!_checks.TryGetValue(key, out check))
        {
            check = new Check(key) { Id = ++_lastId };
            diff.Added.Add(check);
        }

        check.Dependents = [];
        if (monitor.Calculated is { } calculated)
        {
            // What it follows from comes first, so that the order of the table is one in which verdicts can be worked out.
            check.Calculation = new Calculation(
                [.. calculated.Terms.Select(term => new Term(FindOrMake(member, term.Monitor, checks, diff), term.Weight, term.IsInverted))],
                calculated.AtLeast);
            foreach (Term term in check.Calculation.Terms)
            {
                term.Check.Dependents = term.Check.Dependents.Contains(check) ? term.Check.Dependents : term.Check.Dependents.Add(check);
            }

            diff.Calculated.Add(check);
        }

        checks.Add(check.Key, check);
        return check;
    }

    /// <summary>
    /// A check without a verdict begins with what was known of its member: under the monitor as it was before, or before
    /// the restart. So neither a reload nor a restart changes an answer by itself.
    /// </summary>
    private void Inherit(Check check, MemberKey member, DateTimeOffset now)
    {
        bool wasStored = _restored.Remove(member, out StoredVerdict? stored);
        if (check.State != HealthState.Unknown)
        {
            return;
        }

        if (_members.TryGetValue(member, out Check? former) && former != check && former.State != HealthState.Unknown)
        {
            check.Begin(
                former.Verdict.State, VerdictOrigin.CarriedOver, former.Since ?? now, former.Cause ?? "", former.LastResultAt ?? now);
        }
        else if (wasStored && stored is not null && (now - stored.ConfirmedAt).Duration() <= _maxRestoredAge)
        {
            check.Begin(stored.State, VerdictOrigin.Restored, stored.Since, stored.Cause, stored.ConfirmedAt);
            if (!stored.History.IsDefaultOrEmpty)
            {
                check.History.Restore(stored.History.Reverse(), stored.Uptime);
            }
        }
    }
}

/// <summary>What a new snapshot changed.</summary>
/// <param name="Added">Checks that are to begin.</param>
/// <param name="Removed">Checks that are to end.</param>
/// <param name="Announce">Checks whose verdict is news to the data plane.</param>
/// <param name="Calculated">All calculated checks, each behind those that it follows from.</param>
internal sealed record CheckDiff(List<Check> Added, List<Check> Removed, List<Check> Announce, List<Check> Calculated);
