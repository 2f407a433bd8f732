using System.Net.Sockets;

namespace Meridian.Health.Probes;

/// <summary>Follows one attempt through its phases: times them, and words the ways in which any of them can fail.</summary>
internal sealed class ProbeTrace
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly long _started;
    private ProbePhase _phase;
    private long _phaseStarted;
    private ProbeTimings _timings;

    internal ProbeTrace(TimeProvider time, TimeSpan timeout, ProbePhase first)
    {
        _time = time;
        _timeout = timeout;
        _phase = first;
        _started = _phaseStarted = time.GetTimestamp();
    }

    /// <summary>Ends the phase before and begins this one.</summary>
    internal void Enter(ProbePhase phase)
    {
        long now = _time.GetTimestamp();
        _timings = _timings.With(_phase, _time.GetElapsedTime(_phaseStarted, now));
        _phase = phase;
        _phaseStarted = now;
    }

    internal ProbeResult End(ProbeOutcome outcome, string reason)
    {
        _timings = _timings.With(_phase, _time.GetElapsedTime(_phaseStarted));
        return new ProbeResult(outcome, reason, _timings);
    }

    internal ProbeResult DeadlinePassed() =>
        End(ProbeOutcome.TimedOut, $"no answer within {DurationText.Format(_timeout)} (stopped {Doing})");

    /// <summary>The peer ended the connection in an orderly way, too early.</summary>
    internal ProbeResult ClosedBy(string peer, string when) => End(ProbeOutcome.Closed, $"connection closed by {peer} {when}");

    /// <summary>Words for an error of the operating system in the present phase.</summary>
    internal ProbeResult Failed(SocketError error, string peer) => error switch
    {
        // The socket is closed under a running operation when the deadline passes, and only then.
        SocketError.OperationAborted => DeadlinePassed(),
        SocketError.ConnectionRefused => End(ProbeOutcome.Refused, $"connection refused by {peer} after {Elapsed}"),
        SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted =>
            End(ProbeOutcome.Closed, $"connection reset by {peer} after {Elapsed} ({Doing})"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown =>
            End(ProbeOutcome.Unreachable, $"network of {peer} is unreachable from here (after {Elapsed})"),
        SocketError.HostUnreachable or SocketError.HostDown =>
            End(ProbeOutcome.Unreachable, $"host {peer} is unreachable (after {Elapsed})"),
        SocketError.TimedOut => End(ProbeOutcome.TimedOut, $"{peer} stopped acknowledging (gave up after {Elapsed} {Doing})"),
        // What follows is this machine's own trouble and says nothing of the member.
        SocketError.TooManyOpenSockets => End(ProbeOutcome.NotMade, "not tried: this server has no free file descriptor"),
        SocketError.NoBufferSpaceAvailable => End(ProbeOutcome.NotMade, "not tried: this server has no free socket buffers"),
        SocketError.AddressNotAvailable => End(ProbeOutcome.NotMade, $"not tried: this server has no free local port or address to reach {peer} from"),
        SocketError.AddressFamilyNotSupported => End(ProbeOutcome.NotMade, $"not tried: this server has no network of the kind of {peer}"),
        SocketError.AccessDenied => End(ProbeOutcome.NotMade, $"not tried: this server may not connect to {peer}"),
        _ => End(ProbeOutcome.Closed, $"connection to {peer} failed after {Elapsed} ({error}, {Doing})"),
    };

    private string Elapsed => DurationText.Format(_time.GetElapsedTime(_started));

    private string Doing => _phase switch
    {
        ProbePhase.Resolve => "looking up the name",
        ProbePhase.Connect => "waiting for the connection",
        ProbePhase.Tls => "in the TLS handshake",
        ProbePhase.FirstByte => "waiting for the first byte",
        _ => "reading the answer",
    };
}
