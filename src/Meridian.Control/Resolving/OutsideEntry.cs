using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>
/// What is known of one family of one name outside, and when it is asked for again. Guarded by its owner's lock.
/// </summary>
internal sealed class OutsideEntry(OutsideName name, RecordType type)
{
    private int _failures;
    private uint _ttlBefore;

    public OutsideName Name { get; } = name;

    public RecordType Type { get; } = type;

    /// <summary>What is answered; null before there is anything.</summary>
    public ResolvedAnswer? Answer { get; private set; }

    /// <summary>When it is asked for next.</summary>
    public DateTimeOffset Due { get; set; }

    public bool IsRunning { get; set; }

    /// <summary>When the last lookup that did not fail ended; null for never.</summary>
    public DateTimeOffset? ResolvedAt { get; private set; }

    /// <summary>Since when nothing new is heard, though it is asked for; null while lookups succeed.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>Since when it is denied that what is answered exists; null while it is not.</summary>
    public DateTimeOffset? DeniedSince { get; private set; }

    /// <summary>Why the last lookup failed, or what it denied; empty when all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Whether the alarm is raised: it cannot be resolved, or what is answered is denied.</summary>
    public bool IsAlarmed { get; set; }

    public ImmutableArray<DomainName> Chain { get; private set; } = [];

    public IPEndPoint? Server { get; private set; }

    /// <summary>Whether a person has to be told: more than one lookup failed in a row, or good addresses are denied.</summary>
    public bool IsTroubled => _failures >= ResolvingLimits.FailuresBeforeAlarm || DeniedSince is not null;

    /// <summary>Begins with what was known before a restart: answered as stale until a lookup succeeds.</summary>
    public void Restore(ResolvedAnswer answer, DateTimeOffset resolvedAt)
    {
        Answer = answer;
        ResolvedAt = resolvedAt;
    }

    /// <summary>Takes the outcome of a lookup; says what is answered from now on, or null when that is nothing new.</summary>
    /// <param name="lookup">What came of it.</param>
    /// <param name="settings">For how long what is kept.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="jitter">A random number of 0 to 1, for when it is asked for next.</param>
    public ResolvedAnswer? Take(Lookup lookup, ResolversModel settings, DateTimeOffset now, double jitter)
    {
        Server = lookup.Server ?? Server;
        ResolvedAnswer? before = Answer;
        if (lookup.State == ResolutionState.Failed)
        {
            Fail(lookup.Problem, settings, now);
            Due = now + Spread(RetryAfter(), jitter);
        }
        else
        {
            _failures = 0;
            FailingSince = null;
            ResolvedAt = now;
            Chain = lookup.Chain;
            TimeSpan ttl = Min(TimeSpan.FromSeconds(lookup.TtlSeconds), settings.MaxTtl);
            if (lookup.State == ResolutionState.Found)
            {
                DeniedSince = null;
                Problem = "";
                // The last second of an answer in a resolver's cache: what comes right after it is new.
                bool isTail = lookup.TtlSeconds < _ttlBefore && ttl < ResolvingLimits.MinInterval;
                long expiresAt = lookup.TtlSeconds == 0 && !isTail ? 0 : (now + ttl).ToUnixTimeSeconds();
                Answer = Make(lookup.State, lookup.Addresses, expiresAt, isStale: false);
                Due = now + (isTail ? ttl + ResolvingLimits.CacheEnd : Max(ResolvingLimits.MinInterval, RenewalOf(ttl, jitter)));
                _ttlBefore = lookup.TtlSeconds;
            }
            else
            {
                Deny(lookup, settings, now);
                Due = now + Spread(Max(ResolvingLimits.MinInterval, Min(ttl, ResolvingLimits.MaxNegativeInterval)), jitter);
                // What is being denied is looked at again as soon as the doubt may end.
                Due = DeniedSince is { } since && since + settings.NegativeHold > now ? Earlier(Due, since + settings.NegativeHold) : Due;
            }
        }
        return ReferenceEquals(before, Answer) ? null : Answer;
    }

    /// <summary>
    /// Nobody answers: good addresses go on being answered, with a short TTL, for as long as they may be kept. "No such name" is
    /// kept too; it says no less.
    /// </summary>
    private void Fail(string problem, ResolversModel settings, DateTimeOffset now)
    {
        _failures++;
        FailingSince ??= now;
        Problem = problem;
        bool isTooOld = ResolvedAt is not { } at || now - at > settings.Keep;
        if (Answer is null || (isTooOld && Answer.State != ResolutionState.Failed))
        {
            Answer = Make(ResolutionState.Failed, [], 0, isStale: false);
        }
        else if (Answer is { State: ResolutionState.Found, IsStale: false } && now.ToUnixTimeSeconds() >= Answer.ExpiresAt)
        {
            Answer = Make(Answer.State, Answer.Addresses, Answer.ExpiresAt, isStale: true);
        }
    }

    /// <summary>
    /// It is said that there are no addresses. Who has good ones holds on to them until that has been said for a while: a
    /// mistake in somebody's zone must not take our name away within a second.
    /// </summary>
    private void Deny(Lookup lookup, ResolversModel settings, DateTimeOffset now)
    {
        bool isHeld = Answer?.State == ResolutionState.Found && now - (DeniedSince ?? now) < settings.NegativeHold;
        if (isHeld)
        {
            DeniedSince ??= now;
            Problem = lookup.State == ResolutionState.NxDomain ? "it is said not to exist any more" : $"it is said to have no {Type.ToMnemonic()} any more";
            if (!Answer!.IsStale && now.ToUnixTimeSeconds() >= Answer.ExpiresAt)
            {
                Answer = Make(Answer.State, Answer.Addresses, Answer.ExpiresAt, isStale: true);
            }
            return;
        }
        DeniedSince = null;
        Problem = "";
        if (Answer?.State != lookup.State)
        {
            Answer = Make(lookup.State, [], 0, isStale: false);
        }
    }

    private ResolvedAnswer Make(ResolutionState state, ImmutableArray<IPAddress> addresses, long expiresAt, bool isStale) =>
        new(Name, Type, state, addresses, expiresAt, isStale);

    private TimeSpan RetryAfter() =>
        Min(ResolvingLimits.MaxRetry, ResolvingLimits.MinRetry * Math.Pow(2, Math.Min(_failures - 1, 10)));

    /// <summary>
    /// Ahead of the end. A resolver that has the answer in its cache gives what is left of the TTL, so that close to the end
    /// there is nothing to be had before it: then right behind the end.
    /// </summary>
    private static TimeSpan RenewalOf(TimeSpan ttl, double jitter)
    {
        TimeSpan ahead = Spread(ttl * ResolvingLimits.RenewAfter, jitter);
        return ttl - ahead < ResolvingLimits.MinInterval ? ttl + ResolvingLimits.CacheEnd : ahead;
    }

    private static TimeSpan Spread(TimeSpan interval, double jitter) => interval * (1 + (ResolvingLimits.Jitter * ((2 * jitter) - 1)));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
