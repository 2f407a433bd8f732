using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;

namespace Meridian.Health.Quorum;

/// <summary>The votes of all vantage points on one check. Guarded by the engine's lock.</summary>
internal sealed class CheckVotes(QuorumModel rules)
{
    private readonly Dictionary<string, RemoteVote> _remote = new(StringComparer.Ordinal);

    // In the order of the configuration; filled in by the table of vantage points.
    private ImmutableArray<Vantage> _vantages = [];

    internal QuorumModel Rules { get; } = rules;

    /// <summary>Whether this server is among the voters.</summary>
    internal bool IsLocalAsked => _vantages.Any(vantage => vantage.IsLocal);

    internal bool Asks(Vantage vantage) => _vantages.Contains(vantage);

    /// <summary>Who votes, by a new configuration. What vantage points that stay have said is kept.</summary>
    internal void Follow(ImmutableArray<Vantage> vantages) => _vantages = vantages;

    /// <summary>What a vantage point elsewhere says; made when it speaks for the first time.</summary>
    internal RemoteVote Of(Vantage vantage)
    {
        if (!_remote.TryGetValue(vantage.Name, out RemoteVote? vote))
        {
            _remote.Add(vantage.Name, vote = new RemoteVote());
        }

        return vote;
    }

    /// <summary>Counts those who see.</summary>
    internal Ballot Count(LocalVote local, uint localMayChange)
    {
        Ballot ballot = default;
        foreach (Vantage vantage in _vantages)
        {
            if (!vantage.IsSighted)
            {
                continue;
            }

            if (vantage.IsLocal)
            {
                ballot = ballot.With(local.Judged.State, local.IsDegraded, localMayChange);
            }
            else if (_remote.TryGetValue(vantage.Name, out RemoteVote? vote))
            {
                ballot = ballot.With(vote.State, vote.IsDegraded, vote.MayChangeInSeconds);
            }
        }

        return ballot;
    }

    /// <summary>The cause of a verdict: the count, and who of those that agree says why.</summary>
    internal string Explain(HealthState state, LocalVote local)
    {
        IEnumerable<string> reasons = _vantages
            .Where(vantage => vantage.IsSighted)
            .Select(vantage => (vantage.Name, Vote: StateOf(vantage, local)))
            .Where(entry => entry.Vote.State == state)
            .Select(entry => $"{entry.Name}: {entry.Vote.Cause}");
        Ballot ballot = Count(local, 0);
        return ballot.Sighted < Rules.MinVotes
            ? $"{ballot.Sighted} of {Rules.From.Count} vantage points see, fewer than {Rules.MinVotes}: it counts as {HealthMetrics.NameOf(state)}"
            : $"{ballot.Word(state, Rules)}; {string.Join("; ", reasons)}";
    }

    /// <summary>Every vantage point and what it says, for reports.</summary>
    internal ImmutableArray<VantageVote> ToReport(LocalVote local) =>
    [
        .. _vantages.Select(vantage => ToVote(vantage, local) with { IsLocal = vantage.IsLocal, Address = vantage.LastAddress }),
    ];

    private VantageVote ToVote(Vantage vantage, LocalVote local) =>
        vantage.IsLocal ? new VantageVote(vantage.Name, vantage.State, local.Judged.State, local.Since, local.Cause, null, local.Attempts.ToArray())
        : _remote.TryGetValue(vantage.Name, out RemoteVote? vote)
            ? new VantageVote(vantage.Name, vantage.State, vote.State, vote.Since, vote.Cause, vote.LastResultAt, vote.Attempts.ToArray())
        : new VantageVote(vantage.Name, vantage.State, HealthState.Unknown, null, null, null, []);

    private (HealthState State, string? Cause) StateOf(Vantage vantage, LocalVote local) =>
        vantage.IsLocal ? (local.Judged.State, local.Cause)
        : _remote.TryGetValue(vantage.Name, out RemoteVote? vote) ? (vote.State, vote.Cause)
        : (HealthState.Unknown, null);
}
