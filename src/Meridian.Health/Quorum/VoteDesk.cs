using System.Security.Cryptography;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Publishing;

namespace Meridian.Health.Quorum;

/// <summary>Where vantage points elsewhere join, learn what to check, and vote. Safe for concurrent use.</summary>
public sealed class VoteDesk
{
    private readonly Lock _gate;
    private readonly VoteIntake _votes;
    private readonly ProbeLoop _loop;
    private readonly HealthNews _news;

    internal VoteDesk(Lock gate, VoteIntake votes, ProbeLoop loop, HealthNews news) =>
        (_gate, _votes, _loop, _news) = (gate, votes, loop, news);

    /// <summary>A vantage point connects; null when there is none of this name, or when it does not prove to be it.</summary>
    /// <param name="name">Who it says it is.</param>
    /// <param name="token">What it presents; null for nothing.</param>
    /// <param name="certificate">SHA-256 of its client certificate in hexadecimal; null for none.</param>
    /// <param name="address">From where.</param>
    public VoteStream? Join(string name, string? token, string? certificate, string address)
    {
        VantagePointModel? model;
        lock (_gate)
        {
            model = _votes.FindModel(name);
        }

        // All that is configured must be shown; the comparisons take as long for a name that does not exist.
        bool isRight = Matches(model?.Token, token) & Matches(model?.Certificate, certificate);
        if (model is null || !isRight || (model.Token is null && model.Certificate is null))
        {
            return null;
        }

        lock (_gate)
        {
            return _votes.Join(name, address, _loop.Now);
        }
    }

    private static bool Matches(string? expected, string? presented) =>
        CryptographicOperations.FixedTimeEquals(Digest(expected ?? presented), Digest(presented)) || expected is null;

    private static byte[] Digest(string? text) => SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""));

    /// <summary>Its connection has ended.</summary>
    public void Leave(VoteStream stream) => Take(now => _votes.Leave(stream, now));

    internal Assignment? Assign(VoteStream stream)
    {
        lock (_gate)
        {
            return _votes.Assign(stream);
        }
    }

    internal void TakeBeat(VoteStream stream, bool isBlind, string remark) => Take(now => _votes.TakeBeat(stream, isBlind, remark, now));

    internal void TakeVote(VoteStream stream, CheckReport report) => Take(now => _votes.TakeVote(stream, report, now));

    internal void TakeAttempt(VoteStream stream, long id, ProbeAttempt attempt)
    {
        lock (_gate)
        {
            _votes.TakeAttempt(stream, id, attempt);
        }
    }

    private void Take(Func<TimeSpan, ResultEffect> change)
    {
        ResultEffect effect;
        lock (_gate)
        {
            effect = change(_loop.Now);
            _loop.Wake();
        }

        _news.Tell(effect);
    }
}
