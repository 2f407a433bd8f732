using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>How mail is written, and how its connection is secured.</summary>
public sealed class MailTests
{
    [Theory]
    [InlineData("", 587, MailSecurity.StartTls)]
    [InlineData("port: 465, ", 465, MailSecurity.ImplicitTls)]
    [InlineData("port: 465, starttls: true, ", 465, MailSecurity.StartTls)]
    [InlineData("implicit-tls: true, ", 465, MailSecurity.ImplicitTls)]
    [InlineData("implicit-tls: true, port: 2465, ", 2465, MailSecurity.ImplicitTls)]
    [InlineData("implicit-tls: false, port: 465, ", 465, MailSecurity.StartTls)]
    [InlineData("starttls: false, port: 25, ", 25, MailSecurity.None)]
    public void Load_PortAndTls_FollowFromEachOther(string keys, int port, MailSecurity security)
    {
        EmailModel email = TestFiles.Load(Document(keys)).Model!.Notify["mail"].Email!;

        Assert.Equal((port, security), (email.Port, email.Security));
    }

    [Fact]
    public void Load_BothKindsOfTls_IsAnError() => Assert.Contains(
        "TLS from the first octet or STARTTLS: leave out one of implicit-tls and starttls",
        Assert.Single(TestFiles.Errors(TestFiles.Load(Document("implicit-tls: true, starttls: true, ")))),
        StringComparison.Ordinal);

    private static string Document(string keys) =>
        $"notify: {{mail: {{email: {{server: mail.example.com, {keys}to: [ops@example.com], from: meridian@example.com}}}}}}";
}
