using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Http;

/// <summary>
/// A member is up when it answers an HTTP/1.1 request, over TLS for https, with an expected status and body. One
/// connection per request, straight to the member: no redirects unless they are asked for, no proxy, no pooled connection that hides a dead listener.
/// </summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">For members that are given by name.</param>
/// <param name="roots">What https trusts instead of the system's roots; null is the system's.</param>
public sealed class HttpProbe(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots = null) : IProbe
{
    // The shared pool keeps few arrays of a size; thousands of probes at once would allocate theirs anew each time.
    private const int MaxKeptBuffers = 1024;

    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(HttpProbeLimits.BufferLength, MaxKeptBuffers);
    private readonly ProbeTools _tools = new(time, resolver, roots);

    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) => monitor.Redirects is { } rules
        ? RedirectTrail.FollowAsync(AskAsync, target, monitor, rules, deadline)
        : AskAsync(target, monitor, null, deadline);

    private async ValueTask<ProbeResult> AskAsync(ProbeTarget target, MonitorModel monitor, RedirectAnswer? redirect, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        byte[] buffer = _buffers.Rent(HttpProbeLimits.BufferLength);
        try
        {
            if (!HttpRequestWriter.TryWrite(target, monitor, buffer.AsSpan(0, HttpProbeLimits.BufferLength), out int length))
            {
                return trace.End(ProbeOutcome.NotMade, $"not tried: the request of monitor {monitor.Name} is too long or holds a line break");
            }

            (ProbeConnection? connection, ProbeResult failure) = await _tools.Connector.ConnectAsync(target, monitor, trace, deadline);
            if (connection is null)
            {
                return failure;
            }

            using (connection)
            {
                ProbeResult? end = monitor.Type == MonitorType.Https
                    ? await _tools.Tls.StartAsync(connection, target, monitor, SslApplicationProtocol.Http11, trace, deadline)
                    : null;
                return end ?? await ExchangeAsync(connection, target, monitor, trace, redirect, buffer.AsMemory(), length);
            }
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    private static async ValueTask<ProbeResult> ExchangeAsync(
        ProbeConnection connection,
        ProbeTarget target,
        MonitorModel monitor,
        ProbeTrace trace,
        RedirectAnswer? redirect,
        Memory<byte> buffer,
        int requestLength)
    {
        trace.Enter(ProbePhase.FirstByte);
        SocketError error = await connection.SendAsync(buffer[..requestLength]);
        if (error != SocketError.Success)
        {
            return trace.Failed(error, target.ToString());
        }

        BodyWindow body = new(monitor.ExpectedBody, monitor.ExpectedBodyWithin);
        HttpAnswerParser answer = new(monitor.Method == "HEAD", body, keepsLocation: redirect is not null);
        bool isFirst = true;
        while (!answer.IsDone)
        {
            (int length, error) = await connection.ReceiveAsync(buffer);
            if (error != SocketError.Success)
            {
                return trace.Failed(error, target.ToString());
            }

            if (length == 0)
            {
                answer.Close();
                if (answer.Fault is { } when)
                {
                    return trace.ClosedBy(target.ToString(), when);
                }

                break;
            }

            if (isFirst)
            {
                isFirst = false;
                trace.Enter(ProbePhase.Body);
            }

            answer.Feed(buffer.Span[..length]);
            if (answer.HasStatus && !IsExpected(monitor, answer.Status))
            {
                break;
            }
        }

        redirect?.Take(monitor, answer.Status, answer.Location);
        ProbeResult result = Judge(monitor, trace, answer, body);
        await connection.CloseAsync();
        return result;
    }

    private static ProbeResult Judge(MonitorModel monitor, ProbeTrace trace, HttpAnswerParser answer, BodyWindow body)
    {
        if (answer.Fault is { } fault)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, fault);
        }

        if (!IsExpected(monitor, answer.Status))
        {
            string expected = string.Join(", ", monitor.ExpectedStatus);
            return trace.End(
                ProbeOutcome.UnexpectedStatus,
                string.Create(CultureInfo.InvariantCulture, $"status {answer.Status}, expected {expected}"));
        }

        if (!body.IsMatch)
        {
            return trace.End(ProbeOutcome.UnexpectedBody, $"{BodyText(body)} not hold {QuotedText.Of(monitor.ExpectedBody ?? "")}");
        }

        return trace.End(ProbeOutcome.Success, StatusReasons.Of(answer.Status));
    }

    /// <summary>How much of a body was looked at.</summary>
    internal static string BodyText(BodyWindow body) => !body.IsFull ? "body does"
        : body.Length % 1024 == 0 ? string.Create(CultureInfo.InvariantCulture, $"the first {body.Length / 1024} KiB of the body do")
        : string.Create(CultureInfo.InvariantCulture, $"the first {body.Length} octets of the body do");

    internal static bool IsExpected(MonitorModel monitor, int status)
    {
        foreach (StatusRange range in monitor.ExpectedStatus)
        {
            if (range.Contains(status))
            {
                return true;
            }
        }

        return false;
    }
}
