using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Model;
using Meridian.Health.Probes;

namespace Meridian.Health.Publishing;

/// <summary>
/// The probes that follow a first failure, to tell a death from a lost packet. They may overlap: a silent member makes
/// each of them wait for its whole deadline, and in a row they would take longer than the second that a verdict may take.
/// </summary>
internal sealed class ConfirmationBurst
{
    // A far member answers slowly and is not dead: its probes get this many times what one takes at least, within the monitor's timeout.
    private const int LeastTimes = 3;

    private readonly ConfirmModel _rules;
    private int _failed;
    private int _notMade;

    /// <param name="check">Of which.</param>
    /// <param name="rules">How many, and how fast.</param>
    /// <param name="least">What a success took at least, lately; zero when that is not known.</param>
    internal ConfirmationBurst(Check check, ConfirmModel rules, TimeSpan least)
    {
        _rules = rules;
        TimeSpan patience = least * LeastTimes < check.Monitor.Timeout ? least * LeastTimes : check.Monitor.Timeout;
        MonitorModel monitor = check.Monitor with { Timeout = rules.Timeout > patience ? rules.Timeout : patience };
        Slots = [.. Enumerable.Range(0, rules.Probes).Select(_ => new ProbeSlot(check, this, monitor, 0))];
    }

    internal ImmutableArray<ProbeSlot> Slots { get; }

    /// <summary>When a probe of it starts, counted from the first failure. The last one starts at the end of the time.</summary>
    internal TimeSpan OffsetOf(int index) => _rules.Within * (index + 1) / _rules.Probes;

    /// <summary>Takes the result of one of its probes in.</summary>
    internal BurstOutcome Take(ProbeOutcome outcome)
    {
        if (outcome == ProbeOutcome.Success)
        {
            return BurstOutcome.Refuted;
        }

        _ = outcome.IsConclusive() ? _failed++ : _notMade++;
        if (_failed + _notMade < _rules.Probes)
        {
            return BurstOutcome.Running;
        }

        // Probes that could not be made are no evidence: with fewer than half of them left, the regular ones go on judging.
        return _failed * 2 > _rules.Probes ? BurstOutcome.Confirmed : BurstOutcome.Undecided;
    }

    /// <summary>The cause of a verdict that this burst brought.</summary>
    internal string Word(string reason) =>
        string.Create(CultureInfo.InvariantCulture, $"{reason}; confirmed by {_failed} of {_rules.Probes} further probes");
}

/// <summary>What a burst has come to.</summary>
internal enum BurstOutcome : byte
{
    Running,

    /// <summary>A probe succeeded: the member works.</summary>
    Refuted,

    /// <summary>All probes that were made failed: the member is down.</summary>
    Confirmed,

    /// <summary>Too few of them could be made to say anything.</summary>
    Undecided,
}
