using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Meridian.Health.Tests.Support;

/// <summary>A mail server on loopback that takes messages (RFC 5321): in clear, after STARTTLS, or over TLS from the first octet.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _said = new();
    private int _refused;

    internal MailServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Messages to refuse for now (451) before the next that is taken.</summary>
    internal int Refusals { get; init; }

    /// <summary>For TLS; null for a server without.</summary>
    internal X509Certificate2? Certificate { get; init; }

    /// <summary>TLS from the first octet; else STARTTLS is offered where there is a certificate.</summary>
    internal bool IsImplicitTls { get; init; }

    /// <summary>What EHLO offers for logging in.</summary>
    internal string Logins { get; init; } = "PLAIN LOGIN";

    /// <summary>Said right behind the go-ahead for TLS, as somebody in between would.</summary>
    internal string Injected { get; init; } = "";

    /// <summary>Whole conversations of messages that were taken.</summary>
    internal ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Everything that clients said, and <c>(TLS)</c> where it began.</summary>
    internal string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                    // The client went; the next one is served.
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(NetworkStream plain)
    {
        StringBuilder conversation = new();
        if (!IsImplicitTls && !await TalkAsync(plain, conversation, isGreeting: true))
        {
            return;
        }

        await using SslStream tls = new(plain);
        await tls.AuthenticateAsServerAsync(Certificate!);
        Note(conversation, "(TLS)");
        await TalkAsync(tls, conversation, isGreeting: IsImplicitTls);
    }

    /// <summary>Talks until the end; true when the client asks for TLS.</summary>
    private async Task<bool> TalkAsync(Stream stream, StringBuilder conversation, bool isGreeting)
    {
        bool isPlain = stream is NetworkStream;
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        await using StreamWriter writer = new(stream, Encoding.ASCII, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (isGreeting)
        {
            await writer.WriteLineAsync("220 test");
        }

        bool isData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            Note(conversation, line);
            if (isData)
            {
                if (line == ".")
                {
                    isData = false;
                    Received.Enqueue(conversation.ToString());
                    await writer.WriteLineAsync("250 taken");
                }

                continue;
            }

            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            isData = verb == "DATA";
            bool offersTls = isPlain && Certificate is not null;
            await writer.WriteAsync(verb switch
            {
                "EHLO" => $"250-test\r\n{(offersTls ? "250-STARTTLS\r\n" : "")}250-AUTH {Logins}\r\n250 SIZE 1000000\r\n",
                "STARTTLS" when offersTls => $"220 go on\r\n{Injected}",
                "AUTH" when line.EndsWith("LOGIN", StringComparison.Ordinal) => "334 VXNlcm5hbWU6\r\n",
                "DATA" => "354 go on\r\n",
                "MAIL" when Interlocked.Increment(ref _refused) <= Refusals => "451 later\r\n",
                "QUIT" => "221 bye\r\n",
                "AUTH" => "235 welcome\r\n",
                _ when Convert.TryFromBase64String(line, new byte[line.Length], out _) => line == "cGFzcw==" ? "235 welcome\r\n" : "334 UGFzc3dvcmQ6\r\n",
                _ => "250 ok\r\n",
            });
            if (verb == "STARTTLS" && offersTls)
            {
                return true;
            }
        }

        return false;
    }

    private void Note(StringBuilder conversation, string line)
    {
        conversation.Append(line).Append('\n');
        lock (_said)
        {
            _said.Append(line).Append('\n');
        }
    }
}
