using System.Net.Sockets;
using System.Security.Authentication;
using Meridian.Engine.Model;

namespace Meridian.Health.Notifying.Mail;

/// <summary>
/// Hands messages to a submission server (RFC 6409), one connection for each: over implicit TLS (RFC 8314 §3.3), after STARTTLS
/// (RFC 3207), or in clear where the configuration says so. The base library's client knows no implicit TLS.
/// </summary>
/// <param name="time">Dates the messages, and judges certificates.</param>
internal sealed class MailSender(TimeProvider time)
{
    private readonly MailTls _tls = new(time);

    /// <summary>Null when the server took it; otherwise why not.</summary>
    /// <param name="target">Whose <see cref="NotifyModel.Email"/>.</param>
    /// <param name="happened">What it is about.</param>
    /// <param name="repeated">How often the same happened since it was told last.</param>
    /// <param name="cancellationToken">The deadline.</param>
    internal async Task<string?> TrySendAsync(NotifyModel target, HealthEvent happened, int repeated, CancellationToken cancellationToken)
    {
        if (target.Email is not { } email)
        {
            return "no address";
        }

        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(email.Host, email.Port, cancellationToken);
            await using SmtpConversation conversation = new(new NetworkStream(socket, ownsSocket: false), cancellationToken);
            SmtpSession session = new(conversation, email, _tls, socket.LocalEndPoint);
            return await session.OpenAsync() ?? await session.SubmitAsync(MailText.Write(target, email, happened, repeated, time.GetUtcNow()));
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or InvalidDataException or OperationCanceledException)
        {
            return e is OperationCanceledException ? "no answer in time" : Innermost(e);
        }
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }
}
