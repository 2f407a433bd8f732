using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Answering.Limiting;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Answering;

/// <summary>
/// The one seam: every transport, explain, the simulator and the benchmarks answer through it. One per thread: it owns
/// that thread's rotation counters, and the scratch memory of its chains. Allocates nothing per query and never throws for bad input.
/// </summary>
public sealed class QueryAnswerer
{
    // Without EDNS a UDP response has at most 512 octets (RFC 1035 §2.3.4), and EDNS cannot ask for less (RFC 6891 §6.2.5).
    private const int MinUdpPayloadSize = 512;

    private readonly DataPlane _dataPlane;
    private readonly AnswerLimits _limits;
    private readonly ChainAnswerer _chains;
    private readonly ServerCookies _ownCookies;
    private readonly ushort _keepaliveUnits;
    private DataPlaneSnapshot? _fitted;
    private uint[] _rotation = [];
    private RateLimiter? _limiter;

    public QueryAnswerer(DataPlane dataPlane, AnswerLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.UdpPayloadSize, MinUdpPayloadSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.CnameChainLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.CnameChainLength, AnswerLimits.MaxCnameChainLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.UdpWorkerCount, 1);
        _dataPlane = dataPlane;
        _limits = limits;
        _chains = new ChainAnswerer(limits.CnameChainLength);
        _ownCookies = new ServerCookies(limits.OwnCookieSecret is { } secret ? [secret] : []);
        // RFC 7828 §3.1: in units of 100 milliseconds.
        _keepaliveUnits = (ushort)Math.Clamp(limits.TcpIdleTimeout.TotalMilliseconds / 100, 0, ushort.MaxValue);
    }

    /// <summary>Where it counts who asks; null counts nothing.</summary>
    public ClientVolume? Volume { get; init; }

    /// <summary>Where it counts the views of who asks; null counts nothing.</summary>
    public ViewQueryCounter? Views
    {
        init => _chains.Views = value;
    }

    /// <summary>Answers one query.</summary>
    /// <param name="query">The message as it came.</param>
    /// <param name="client">Who asked, how, and when.</param>
    /// <param name="response">
    /// Receives the answer; its length bounds it. May be the memory of <paramref name="query"/> beginning at the same
    /// octet (answering in place), but not overlap it otherwise.
    /// </param>
    public AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response)
    {
        NoTrace trace = default;
        return Answer(query, in client, response, ref trace);
    }

    /// <summary>Answers one query while a trace listens.</summary>
    internal AnswerResult Answer<TTrace>(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        QueryParseStatus parsed = QueryView.TryParse(query, out QueryView view);
        if (parsed.IsDrop())
        {
            return Drop(parsed == QueryParseStatus.IsResponse ? DropReason.IsResponse : DropReason.TooShort);
        }
        DataPlaneState? state = _dataPlane.State;
        AnswerSettings settings = state?.Snapshot.Answering ?? AnswerSettings.Default;
        CookieCheck cookie = CheckCookie(in view, in client, settings);
        bool isVerified = client.Transport == Transport.Tcp || cookie.Status == CookieStatus.Valid;
        ushort keepalive = client.Transport == Transport.Tcp ? _keepaliveUnits : (ushort)0;
        OptRecord opt = new(in view.Edns, in cookie, settings.NameServerId, keepalive, _limits.UdpPayloadSize);
        int allowed = AllowedLength(in view, client.Transport, isVerified, settings);
        ResponseFrame frame = new(in view, in opt, Math.Min(allowed, response.Length));
        if (!frame.HasRoom)
        {
            return Drop(DropReason.NoRoom);
        }
        CopyQuestion(query, response, frame.QuestionEnd);
        if (state is not null)
        {
            Fit(state.Snapshot);
            if (state.Staged is not null)
            {
                state = Choose(state, state.Staged, in view, in client, ref frame);
                if (TTrace.IsEnabled)
                {
                    trace.OnStage(state, isCandidate: frame.StampFloor > 0);
                }
            }
        }
        AnswerResult result = Compose(parsed, in view, in client, in cookie, state, ref frame, response, ref trace);
        if (!isVerified && _limiter is not null && !TTrace.IsEnabled && result.Disposition == AnswerDisposition.Respond)
        {
            result = Limit(in result, in client, in cookie, ref frame, response);
        }
        if (Volume is not null && Volume.IsNoted(view.Id, in client, out byte weight))
        {
            // What the limiter held back was most likely not asked by the address that it names.
            bool isSample = result.Kind is not (AnswerKind.None or AnswerKind.Refused or AnswerKind.Error);
            bool hasData = result.Kind is AnswerKind.Positive or AnswerKind.CnameChain;
            ReadOnlySpan<byte> answer = hasData ? response[frame.QuestionEnd..result.Length] : default;
            Volume.Note(in view, in client, ClientNetwork.Of(in view, in client), isSample, weight, answer);
        }
        return result;
    }

    /// <summary>
    /// While a change is staged: which of the two snapshots this client is answered from. Limits and cookies are the current
    /// one's for everybody, so that no client is counted twice.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DataPlaneState Choose(DataPlaneState current, StagedPlane staged, in QueryView view, in ClientInfo client, ref ResponseFrame frame)
    {
        ClientAddress network = ClientNetwork.Of(in view, in client).Address;
        // The answer depends on this much of the client's network, whichever side it is on (RFC 7871 §7.2.1).
        frame.ScopeFloor = network.IsIPv4 ? ClientStage.IPv4Length : ClientStage.IPv6Length;
        if (!staged.Stage.Takes(network) || staged.Candidate.State is not { } candidate)
        {
            return current;
        }
        if (_rotation.Length < candidate.Snapshot.RotationSlotCount)
        {
            _rotation = new uint[candidate.Snapshot.RotationSlotCount];
        }
        // What this client is answered by began when the later of the two did: the choice belongs to it.
        frame.StampFloor = Math.Max(current.Stamp, candidate.Stamp);
        return candidate;
    }

    /// <summary>Sets all rotation counters, so that explain can replay a rotated answer.</summary>
    internal void SetRotation(uint counter)
    {
        if (_dataPlane.State is { } state)
        {
            Fit(state.Snapshot);
            Array.Fill(_rotation, counter);
        }
    }

    private static AnswerResult Drop(DropReason reason) =>
        new(AnswerDisposition.Drop, reason, AnswerKind.None, AnswerFlags.None, 0, Rcode.NoError);

    private static void CopyQuestion(ReadOnlySpan<byte> query, Span<byte> response, int length)
    {
        // When answering in place the header and the question are there already.
        if (!Unsafe.AreSame(ref MemoryMarshal.GetReference(query), ref MemoryMarshal.GetReference(response)))
        {
            query[..length].CopyTo(response);
        }
    }

    private CookieCheck CheckCookie(in QueryView view, in ClientInfo client, AnswerSettings settings)
    {
        if (!view.Edns.HasCookie || !settings.AreCookiesEnabled)
        {
            return default;
        }
        ServerCookies cookies = settings.HasSecrets ? settings.Cookies : _ownCookies;
        return cookies.Check(view.Cookie, client.Address, client.UnixSeconds);
    }

    /// <summary>How long the response may be (RFC 6891 §6.2.5), and what an address that anybody may have forged is given.</summary>
    private int AllowedLength(in QueryView view, Transport transport, bool isVerified, AnswerSettings settings)
    {
        if (transport == Transport.Tcp)
        {
            return ushort.MaxValue;
        }
        int allowed = view.Edns.IsPresent
            ? Math.Clamp((int)view.Edns.UdpPayloadSize, MinUdpPayloadSize, _limits.UdpPayloadSize)
            : MinUdpPayloadSize;
        if (!isVerified)
        {
            allowed = Math.Min(allowed, settings.UnverifiedPayloadSize);
            allowed = settings.Amplification == 0 ? allowed : Math.Min(allowed, settings.Amplification * view.Message.Length);
        }
        return allowed;
    }

    private AnswerResult Compose<TTrace>(
        QueryParseStatus parsed,
        in QueryView view,
        in ClientInfo client,
        in CookieCheck cookie,
        DataPlaneState? state,
        ref ResponseFrame frame,
        Span<byte> response,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        if (parsed != QueryParseStatus.Ok)
        {
            // RFC 7873 §5.4: no question, but a cookie, asks for a cookie. With QDCOUNT above one no cookie has been read.
            bool asksForCookie = parsed == QueryParseStatus.BadQuestionCount && cookie.IsAnswered && view.Opcode == Opcode.Query;
            return frame.Finish(response, asksForCookie ? Rcode.NoError : parsed.ToRcode(), AnswerKind.Error);
        }
        if (view.Edns.Version != 0)
        {
            return frame.Finish(response, Rcode.BadVers, AnswerKind.Error);
        }
        AnswerSettings settings = state?.Snapshot.Answering ?? AnswerSettings.Default;
        if (settings.HasKeys && view.HasTsig && view.Opcode is Opcode.Query or Opcode.Update)
        {
            // RFC 8945 §5.2: the signature comes before everything else, and checking it is no work for this thread.
            return new AnswerResult(AnswerDisposition.Deferred, DropReason.None, AnswerKind.None, AnswerFlags.None, 0, Rcode.NoError);
        }
        if (settings.HasKeys && view.Opcode == Opcode.Update)
        {
            // RFC 2136 §3.3: nobody may change anything without a signature.
            return frame.Refuse(response, ExtendedErrorCode.Prohibited);
        }
        if (view.Opcode != Opcode.Query)
        {
            // Without keys nobody can send updates, and NOTIFY has no receiver in this version.
            frame.ExtendedError = ExtendedErrorCode.NotSupported;
            return frame.Finish(response, Rcode.NotImp, AnswerKind.Error);
        }
        if (settings.IsCookieRequired && client.Transport == Transport.Udp
            && cookie.Status is CookieStatus.ClientOnly or CookieStatus.Invalid)
        {
            // RFC 7873 §5.2.3, §5.2.4: the sender is to come back with the cookie that goes along.
            return frame.Finish(response, Rcode.BadCookie, AnswerKind.Error);
        }
        if (view.QClass == RecordClass.CH)
        {
            return ChaosAnswer.Answer(in view, settings, ref frame, response);
        }
        // RFC 1035 §3.2.5: QCLASS * is any class, and the Internet's is the one that is here.
        if (view.QClass is not (RecordClass.IN or RecordClass.ANY))
        {
            return frame.Refuse(response, ExtendedErrorCode.NotAuthoritative);
        }
        // All types, known or not, are asked for alike (RFC 8906 §3.1.2); those that are never in a zone (OPT, TSIG, MAILB …)
        // are NODATA, as NSD and Knot answer. Zone transfer is allowed to nobody in this version.
        if (view.QType is RecordType.AXFR or RecordType.IXFR)
        {
            return frame.Refuse(response, ExtendedErrorCode.Prohibited);
        }
        if (state is null)
        {
            frame.ExtendedError = ExtendedErrorCode.NotReady;
            return frame.Finish(response, Rcode.ServFail, AnswerKind.Error);
        }
        return _chains.Answer(in view, in client, state, _rotation, ref frame, response, ref trace);
    }

    /// <summary>Response rate limiting: what goes to an address that anybody may have forged counts against its network.</summary>
    private AnswerResult Limit(
        in AnswerResult result, in ClientInfo client, in CookieCheck cookie, ref ResponseFrame frame, Span<byte> response)
    {
        RateCategory category = result.Kind switch
        {
            AnswerKind.NoData or AnswerKind.NxDomain => RateCategory.Negative,
            AnswerKind.Refused or AnswerKind.Error => RateCategory.Error,
            _ => RateCategory.Positive,
        };
        switch (_limiter!.Count(client.Address, category, client.UnixSeconds)) // The caller has looked.
        {
            case RateVerdict.Send:
                return result;
            case RateVerdict.Drop:
                return Drop(DropReason.RateLimitedPositive + (byte)category);
        }
        // Who sends cookies is told to come back with one; everybody else to come by TCP. Neither can be forged.
        frame.ExtendedError = ExtendedErrorCode.None;
        return cookie.IsAnswered
            ? frame.Finish(response, Rcode.BadCookie, AnswerKind.Error, AnswerFlags.Slipped)
            : frame.Finish(response, Rcode.NoError, AnswerKind.Error, AnswerFlags.Slipped | AnswerFlags.Truncated);
    }

    /// <summary>Once per snapshot and thread, not per query: makes room for what the snapshot counts.</summary>
    private void Fit(DataPlaneSnapshot snapshot)
    {
        if (ReferenceEquals(_fitted, snapshot))
        {
            return;
        }
        _fitted = snapshot;
        if (_rotation.Length < snapshot.RotationSlotCount)
        {
            _rotation = new uint[snapshot.RotationSlotCount];
        }
        RateLimitSettings? limit = snapshot.Answering.RateLimit;
        if (limit is null)
        {
            _limiter = null;
        }
        else if (_limiter is null || !_limiter.Settings.HasSameBudgets(limit))
        {
            _limiter = new RateLimiter(limit, _limits.UdpWorkerCount, snapshot.DrawKey);
        }
    }
}
