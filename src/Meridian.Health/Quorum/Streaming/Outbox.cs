using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Publishing;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>
/// What a vantage point has to say next. Votes that change while they wait are said once, as they are then; of attempts only
/// so many are kept, because they are evidence and votes do not depend on them. Safe for concurrent use.
/// </summary>
internal sealed class Outbox(HealthEngine engine, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<MemberKey> _votes = [];
    private readonly Queue<AttemptMessage> _attempts = new();
    private readonly AsyncSignal _signal = new();
    private long _beatAt;

    internal static string PoolOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    internal ValueTask WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>A vote changed.</summary>
    internal void Add(MemberKey member)
    {
        lock (_gate)
        {
            _votes.Add(member);
        }

        _signal.Set();
    }

    /// <summary>Everything is to be said, to a server that knows nothing yet.</summary>
    internal void AddAll()
    {
        ImmutableArray<MemberHealthReport> reports = engine.GetReports();
        lock (_gate)
        {
            foreach (MemberHealthReport report in reports)
            {
                _votes.Add(report.Member);
            }

            _beatAt = 0;
        }

        _signal.Set();
    }

    /// <summary>A probe was made; under the engine's lock.</summary>
    internal void Add(Check check, ProbeAttempt attempt)
    {
        lock (_gate)
        {
            foreach (MemberKey member in check.Members)
            {
                if (_attempts.Count < VoteStreamLimits.AttemptsPerSecond)
                {
                    _attempts.Enqueue(VoteCodec.ToMessage(IdOf(member), attempt));
                }
            }
        }
    }

    /// <summary>All that is to be said now: votes at once, attempts and the sign of life every second.</summary>
    internal List<VoteLine> Take()
    {
        List<VoteLine> lines = [];
        MemberKey[] votes;
        lock (_gate)
        {
            votes = [.. _votes];
            _votes.Clear();
            bool isBeatDue = _beatAt == 0 || time.GetElapsedTime(_beatAt) >= VoteStreamLimits.BeatInterval * 0.9;
            if (isBeatDue)
            {
                _beatAt = time.GetTimestamp();
                lines.AddRange(_attempts.Select(attempt => new VoteLine { Attempt = attempt }));
                _attempts.Clear();
            }
        }

        // First whether it sees, then what: a server must not count what a blind one says.
        VantageReport self = engine.Vantages.Single(vantage => vantage.IsLocal);
        lines.Insert(0, new VoteLine { Beat = new BeatMessage(self.State == VantageState.Blind, self.Remark) });
        lines.AddRange(votes.Select(engine.GetReport).OfType<MemberHealthReport>().Select(report => new VoteLine { Vote = VoteOf(report) }));
        return lines;
    }

    private static VoteMessage VoteOf(MemberHealthReport report) => new(
        IdOf(report.Member),
        report.Verdict.State,
        report.Verdict.MayChangeInSeconds,
        report.IsDegraded,
        report.Since,
        report.Cause ?? "",
        report.LastResultAt);

    private static long IdOf(MemberKey member) => long.Parse(member.Pool, CultureInfo.InvariantCulture);
}
