using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using Meridian.Engine.Model;

namespace Meridian.Health.Notifying;

/// <summary>
/// Sends mail by the base library's client: it speaks what submission servers ask for (STARTTLS, AUTH), and nothing else is
/// needed of it. One connection per message.
/// </summary>
internal static class MailSender
{
    /// <summary>Null when the server took it; otherwise why not.</summary>
    /// <param name="target">Whose <see cref="NotifyModel.Email"/>.</param>
    /// <param name="happened">What it is about.</param>
    /// <param name="repeated">How often the same happened since it was told last.</param>
    /// <param name="cancellationToken">The deadline.</param>
    internal static async Task<string?> TrySendAsync(NotifyModel target, HealthEvent happened, int repeated, CancellationToken cancellationToken)
    {
        if (target.Email is not { } email)
        {
            return "no address";
        }

        try
        {
            using MailMessage message = Write(target, email, happened, repeated);
            using SmtpClient client = new(email.Host, email.Port)
            {
                EnableSsl = email.IsTls,
                Credentials = email.User is { } user ? new NetworkCredential(user, email.Password) : null,
            };
            await client.SendMailAsync(message, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is SmtpException or IOException or AuthenticationException or InvalidOperationException or OperationCanceledException)
        {
            return e is OperationCanceledException ? "no answer in time" : e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;
        }
    }

    private static MailMessage Write(NotifyModel target, EmailModel email, HealthEvent happened, int repeated)
    {
        string text = NotificationText.Sentence(happened, repeated);
        MailMessage message = new()
        {
            From = new MailAddress(email.From),
            Subject = $"[meridian] {happened.Incident} {NotificationText.PhraseOf(happened)}",
            Body = target.Template is { } template
                ? MessageTemplate.Render(template, happened, repeated, isJson: false)
                : $"{text}\n\nWhen: {happened.At:u}\nWhat: {NotificationText.KindOf(happened)}\nMembers: {string.Join(", ", happened.Members.IsDefaultOrEmpty ? [] : happened.Members)}\n",
        };
        foreach (string to in email.To)
        {
            message.To.Add(new MailAddress(to));
        }

        // RFC 3834 §5: an answer that nobody wrote must not answer this one. The beginning and the end of a trouble are one thread.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Thread-Topic", happened.Incident);
        return message;
    }
}
