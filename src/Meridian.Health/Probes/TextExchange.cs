using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes;

/// <summary>What a tcp or tls monitor says to its member, and what it waits to hear.</summary>
internal static class TextExchange
{
    private const int BufferLength = 4096;

    /// <summary>Sends and expects what the monitor says, which may be nothing.</summary>
    internal static async ValueTask<ProbeResult> RunAsync(
        ProbeConnection connection, ProbeTarget target, MonitorModel monitor, ProbeTrace trace, string nothingExpected)
    {
        if (monitor.Send is null && monitor.ExpectedText is null)
        {
            return trace.End(ProbeOutcome.Success, nothingExpected);
        }

        trace.Enter(ProbePhase.FirstByte);
        if (monitor.Send is { } text)
        {
            SocketError error = await connection.SendAsync(Encoding.UTF8.GetBytes(text));
            if (error != SocketError.Success)
            {
                return trace.Failed(error, target.ToString());
            }
        }

        return monitor.ExpectedText is { } expected
            ? await ExpectAsync(connection, target, expected, trace)
            : trace.End(ProbeOutcome.Success, "connected and sent");
    }

    private static async ValueTask<ProbeResult> ExpectAsync(ProbeConnection connection, ProbeTarget target, string expected, ProbeTrace trace)
    {
        BodyWindow window = new(expected);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            string begin = "";
            while (!window.IsMatch && !window.IsFull)
            {
                (int length, SocketError error) = await connection.ReceiveAsync(buffer);
                if (error != SocketError.Success)
                {
                    return trace.Failed(error, target.ToString());
                }

                if (length == 0)
                {
                    return window.Length == 0
                        ? trace.ClosedBy(target.ToString(), "without an answer")
                        : trace.End(ProbeOutcome.UnexpectedAnswer, Unexpected(expected, begin));
                }

                if (window.Length == 0)
                {
                    trace.Enter(ProbePhase.Body);
                    begin = QuotedText.Of(buffer.AsSpan(0, length));
                }

                window.Append(buffer.AsSpan(0, length));
            }

            return window.IsMatch
                ? trace.End(ProbeOutcome.Success, $"answered with {QuotedText.Of(expected)}")
                : trace.End(ProbeOutcome.UnexpectedAnswer, Unexpected(expected, begin));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Unexpected(string expected, string begin) =>
        $"the answer does not hold {QuotedText.Of(expected)}; it begins with {begin}";
}
