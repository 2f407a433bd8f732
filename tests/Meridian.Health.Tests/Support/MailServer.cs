using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Health.Tests.Support;

/// <summary>A mail server on loopback that takes messages (RFC 5321), without extensions.</summary>
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

    /// <summary>Whole conversations of messages that were taken.</summary>
    internal ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Everything that clients said.</summary>
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
                await TalkAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        StringBuilder conversation = new();
        using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
        await using StreamWriter writer = new(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        bool isData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            conversation.Append(line).Append('\n');
            lock (_said)
            {
                _said.Append(line).Append('\n');
            }

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
            await writer.WriteLineAsync(verb switch
            {
                "DATA" => "354 go on",
                "MAIL" when Interlocked.Increment(ref _refused) <= Refusals => "451 later",
                "QUIT" => "221 bye",
                _ => "250 ok",
            });
        }
    }
}
