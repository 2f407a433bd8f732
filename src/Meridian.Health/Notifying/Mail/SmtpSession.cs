using System.Net;
using System.Net.Sockets;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Health.Notifying.Mail;

/// <summary>One message to one server: greeting, TLS, login, envelope, text. Each step gives null, or in words why it failed.</summary>
internal sealed class SmtpSession(SmtpConversation conversation, EmailModel email, MailTls tls, EndPoint? local)
{
    private SmtpReply? _offered;

    /// <summary>Up to where a message can be given.</summary>
    internal async Task<string?> OpenAsync()
    {
        if (email.Security == MailSecurity.ImplicitTls && await tls.SecureAsync(conversation, email) is { } unsafeFromTheStart)
        {
            return unsafeFromTheStart;
        }

        SmtpReply greeting = await conversation.ReadReplyAsync();
        if (!greeting.IsPositive)
        {
            return $"the server does not serve: {greeting}";
        }

        return await HelloAsync()
            ?? (email.Security == MailSecurity.StartTls ? await UpgradeAsync() : null)
            ?? (email.User is { } user ? await LogInAsync(user, email.Password ?? "") : null);
    }

    /// <summary>The message itself.</summary>
    internal async Task<string?> SubmitAsync(byte[] text)
    {
        string? problem = await SayAsync($"MAIL FROM:<{email.From}>");
        foreach (string to in email.To)
        {
            problem ??= await SayAsync($"RCPT TO:<{to}>");
        }

        problem ??= await SayAsync("DATA");
        if (problem is not null)
        {
            return problem;
        }

        SmtpReply taken = await conversation.GiveAsync(text);
        if (!taken.IsPositive)
        {
            return $"the message was refused: {taken}";
        }

        try
        {
            await conversation.AskAsync("QUIT");
        }
        catch (IOException)
        {
            // It has the message; how it takes its leave does not matter.
        }

        return null;
    }

    /// <summary>
    /// RFC 5321 §4.1.4: a client without a name that is known elsewhere says its address, which is always valid.
    /// </summary>
    private string Self => local is IPEndPoint { Address: var address }
        ? address.AddressFamily == AddressFamily.InterNetwork ? $"[{address}]"
            : address.IsIPv4MappedToIPv6 ? $"[{address.MapToIPv4()}]" : $"[IPv6:{address}]"
        : "[127.0.0.1]";

    private async Task<string?> HelloAsync()
    {
        _offered = await conversation.AskAsync($"EHLO {Self}");
        return _offered.IsPositive ? null : $"EHLO was refused: {_offered}";
    }

    private async Task<string?> UpgradeAsync()
    {
        if (_offered?.Extension("STARTTLS") is null)
        {
            return "the server does not offer STARTTLS, and nothing is sent in clear";
        }

        // What was offered in clear may be of anybody (RFC 3207 §4.2): it is asked for anew.
        return await SayAsync("STARTTLS") ?? await tls.SecureAsync(conversation, email) ?? await HelloAsync();
    }

    private async Task<string?> LogInAsync(string user, string password)
    {
        if (!conversation.IsSecure)
        {
            return "a password is not sent in clear";
        }

        string[] ways = _offered?.Extension("AUTH")?.ToUpperInvariant().Split(' ') ?? [];
        if (ways.Contains("PLAIN"))
        {
            // RFC 4616 §2; the reply must not repeat what was said, so only its code is told.
            return await SecretAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}");
        }

        if (!ways.Contains("LOGIN"))
        {
            return "the server offers neither AUTH PLAIN nor AUTH LOGIN";
        }

        return await SecretAsync("AUTH LOGIN") ?? await SecretAsync(Base64(user)) ?? await SecretAsync(Base64(password));
    }

    private async Task<string?> SayAsync(string command)
    {
        SmtpReply reply = await conversation.AskAsync(command);
        return reply.IsPositive ? null : $"{command.Split(' ', ':')[0]} was refused: {reply}";
    }

    private async Task<string?> SecretAsync(string command)
    {
        SmtpReply reply = await conversation.AskAsync(command);
        return reply.IsPositive ? null : $"the login was refused (status {reply.Code})";
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
