using Meridian.Engine.Snapshot;

namespace Meridian.Health.Publishing;

/// <summary>Checks whose verdict is to be published. Gathers what changes at about the same time. Guarded by the engine's lock.</summary>
internal sealed class VerdictOutbox
{
    private readonly List<Check> _checks = [];

    /// <summary>When what is gathered is to be published; null when there is nothing.</summary>
    internal TimeSpan? DueAt { get; private set; }

    /// <summary>Puts a check in. What is in already keeps its time, so that a stream of changes delays none of them.</summary>
    internal void Add(Check check, TimeSpan due)
    {
        DueAt ??= due;
        if (!check.IsInOutbox)
        {
            check.IsInOutbox = true;
            _checks.Add(check);
        }
    }

    /// <summary>Empties it: the checks for another try should publishing fail, and the verdicts as they are now.</summary>
    internal void Drain(List<Check> checks, List<VerdictChange> changes)
    {
        foreach (Check check in _checks)
        {
            check.IsInOutbox = false;
            checks.Add(check);
            foreach (Engine.Health.MemberKey member in check.Members)
            {
                changes.Add(new VerdictChange(member, check.Verdict));
            }
        }

        _checks.Clear();
        DueAt = null;
    }
}
