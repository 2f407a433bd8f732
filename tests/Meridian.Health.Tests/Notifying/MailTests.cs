using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Notifying;
using Meridian.Health.Notifying.Mail;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Notifying;

/// <summary>Mail to real servers: TLS from the first octet, after STARTTLS, and in clear.</summary>
public sealed class MailTests : IDisposable
{
    private static readonly HealthEvent Down = new(
        HealthEventKind.MemberDown, "web 203.0.113.10:443", DateTimeOffset.UnixEpoch, "connection refused", "Taken out of answers", ["web-eu/203.0.113.10"]);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-mail-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrySend_OverTls_SaysNothingOfTheMessageBeforeIt(bool isImplicit)
    {
        using X509Certificate2 certificate = Certificates.Make("127.0.0.1");
        using MailServer server = new() { Certificate = certificate, IsImplicitTls = isImplicit };
        EmailModel email = Email(server, certificate) with { Security = isImplicit ? MailSecurity.ImplicitTls : MailSecurity.StartTls, User = "user", Password = "pass" };

        Assert.Null(await SendAsync(email));

        Assert.True(server.Received.TryDequeue(out string? mail));
        string before = mail[..mail.IndexOf("(TLS)", StringComparison.Ordinal)];
        Assert.Equal(isImplicit ? "" : "EHLO [127.0.0.1]\nSTARTTLS\n", before);
        Assert.Contains("(TLS)\nEHLO [127.0.0.1]\nAUTH PLAIN AHVzZXIAcGFzcw==\nMAIL FROM:<meridian@example.com>\nRCPT TO:<ops@example.com>\nDATA\n", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: [meridian] member web 203.0.113.10:443 is down\n", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrySend_CertificateIsNotTheServers_SaysWhyAndSendsNothing(bool isImplicit)
    {
        MailSecurity security = isImplicit ? MailSecurity.ImplicitTls : MailSecurity.StartTls;
        using X509Certificate2 expired = Certificates.Make("127.0.0.1", TimeSpan.FromDays(-3), TimeSpan.FromDays(-1));
        using X509Certificate2 other = Certificates.Make("mail.example.com");
        using X509Certificate2 good = Certificates.Make("127.0.0.1");
        foreach ((X509Certificate2 shown, X509Certificate2 trusted, string problem) in new[]
        {
            (expired, expired, "certificate expired at "),
            (other, other, "certificate name does not match: it is for mail.example.com, not for 127.0.0.1"),
            (good, other, "certificate is not trusted: self-signed by CN=127.0.0.1"),
        })
        {
            using MailServer server = new() { Certificate = shown, IsImplicitTls = isImplicit };
            EmailModel email = Email(server, trusted) with { Security = security, User = "user", Password = "pass" };

            Assert.StartsWith(problem, await SendAsync(email), StringComparison.Ordinal);
            Assert.Empty(server.Received);
            Assert.DoesNotContain("AUTH", server.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("MAIL", server.Said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TrySend_ServerInClearOnAPortForTls_IsNotSpokenTo()
    {
        using MailServer server = new();

        string? problem = await SendAsync(Email(server, null) with { Security = MailSecurity.ImplicitTls });

        Assert.NotNull(problem);
        Assert.DoesNotContain("EHLO", server.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrySend_SomebodySpeaksBeforeTheHandshake_IsNotBelieved()
    {
        using X509Certificate2 certificate = Certificates.Make("127.0.0.1");
        using MailServer server = new() { Certificate = certificate, Injected = "250-evil\r\n250 AUTH PLAIN\r\n" };

        string? problem = await SendAsync(Email(server, certificate) with { User = "user", Password = "pass" });

        Assert.NotNull(problem);
        Assert.Empty(server.Received);
        Assert.DoesNotContain("AUTH", server.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LOGIN", null)]
    [InlineData("XOAUTH2", "the server offers neither AUTH PLAIN nor AUTH LOGIN")]
    public async Task TrySend_OtherWaysToLogIn_AreUsedOrNamed(string logins, string? problem)
    {
        using X509Certificate2 certificate = Certificates.Make("127.0.0.1");
        using MailServer server = new() { Certificate = certificate, IsImplicitTls = true, Logins = logins };
        EmailModel email = Email(server, certificate) with { Security = MailSecurity.ImplicitTls, User = "user", Password = "pass" };

        Assert.Equal(problem, await SendAsync(email));
        Assert.Equal(problem is null, server.Said.Contains("AUTH LOGIN\ndXNlcg==\ncGFzcw==\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TrySend_ServerIsSilent_EndsAtTheDeadline()
    {
        await using LoopbackServer server = LoopbackServer.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(300));
        EmailModel email = new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, From = "a@example.com", To = ["b@example.com"] };

        Assert.Equal("no answer in time", await new MailSender(TimeProvider.System).TrySendAsync(
            new NotifyModel { Name = "mail", Email = email }, Down, 0, deadline.Token));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("220")]
    [InlineData("220-\r\n220")]
    [InlineData("554 no\r\n")]
    public async Task TrySend_WhatIsNoMailServer_IsAProblemAndNoException(string said)
    {
        await using LoopbackServer server = LoopbackServer.Start((stream, stop) => LoopbackServer.SendAsync(stream, stop, said));
        EmailModel email = new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, From = "a@example.com", To = ["b@example.com"] };

        Assert.NotNull(await SendAsync(email));
    }

    [Fact]
    public void Write_TextOfAnyKind_IsWhatAReaderDecodes()
    {
        EmailModel email = new() { Host = "x", From = "a@example.com", To = ["b@example.com", "c@example.com"] };
        foreach (string template in new[] { "plain\n.dot\n..two\n\nlast", "größer — ✓\nzwei", new string('x', 5000), "" })
        {
            string text = Encoding.ASCII.GetString(MailText.Write(
                new NotifyModel { Name = "mail", Email = email, Template = template }, email, Down with { Subject = "wéb\r\nBcc: evil@example.com" }, 0, DateTimeOffset.UnixEpoch));

            Assert.EndsWith("\r\n.\r\n", text, StringComparison.Ordinal);
            string[] parts = text[..^3].Split("\r\n\r\n", 2);
            Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 998 && !line.Contains('\n', StringComparison.Ordinal), line));
            Assert.DoesNotContain(parts[0].Split("\r\n"), line => line.StartsWith("Bcc", StringComparison.Ordinal));
            string body = parts[1].TrimEnd().ReplaceLineEndings("\n");
            body = parts[0].Contains("base64", StringComparison.Ordinal)
                ? Encoding.UTF8.GetString(Convert.FromBase64String(body)).ReplaceLineEndings("\n")
                : string.Join('\n', body.Split('\n').Select(line => line.StartsWith('.') ? line[1..] : line));
            Assert.Equal(template, body);
        }
    }

    private static Task<string?> SendAsync(EmailModel email) => new MailSender(TimeProvider.System).TrySendAsync(
        new NotifyModel { Name = "mail", Email = email }, Down, 0, TestContext.Current.CancellationToken);

    private EmailModel Email(MailServer server, X509Certificate2? trusted)
    {
        string file = Path.Combine(_directory.FullName, $"{trusted?.Thumbprint}.pem");
        if (trusted is not null)
        {
            File.WriteAllText(file, trusted.ExportCertificatePem());
        }

        return new EmailModel
        {
            Host = "127.0.0.1",
            Port = server.Port,
            CertificateAuthorityFile = trusted is null ? null : file,
            From = "meridian@example.com",
            To = ["ops@example.com"],
        };
    }
}
