using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Health.Notifying.Mail;

/// <summary>
/// Commands and replies with a mail server (RFC 5321 §4). Throws <see cref="IOException"/> when the connection ends, and
/// <see cref="InvalidDataException"/> for what is no reply.
/// </summary>
/// <param name="stream">The connection; disposed of with this.</param>
/// <param name="deadline">Ends every wait.</param>
internal sealed class SmtpConversation(NetworkStream stream, CancellationToken deadline) : IAsyncDisposable
{
    // RFC 5321 §4.5.3.1.5: a reply line has up to 512 octets; servers with long greetings and many extensions get twice that.
    private const int MaxLineLength = 1024;

    // An EHLO reply has a line for each extension; a hundred are more than any server has.
    private const int MaxReplyLines = 100;

    private readonly byte[] _buffer = new byte[MaxLineLength];
    private int _start;
    private int _end;
    private SslStream? _tls;

    private Stream Stream => _tls ?? (Stream)stream;

    /// <summary>Whether everything that is said is encrypted.</summary>
    internal bool IsSecure => _tls?.IsAuthenticated == true;

    /// <summary>Puts TLS on the connection. Throws what <see cref="SslStream"/> throws.</summary>
    internal async Task SecureAsync(SslClientAuthenticationOptions options)
    {
        if (_start < _end)
        {
            // What came before the handshake may be of anybody, and must not count as said within it (RFC 3207 §4.2).
            throw new InvalidDataException("the server spoke between STARTTLS and the handshake");
        }

        _tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await _tls.AuthenticateAsClientAsync(options, deadline);
    }

    /// <summary>Says one line and reads the reply.</summary>
    internal async Task<SmtpReply> AskAsync(string command)
    {
        await Stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), deadline);
        return await ReadReplyAsync();
    }

    /// <summary>Says what is no command, with its end, and reads the reply.</summary>
    internal async Task<SmtpReply> GiveAsync(byte[] octets)
    {
        await Stream.WriteAsync(octets, deadline);
        return await ReadReplyAsync();
    }

    /// <summary>Reads one reply with all of its lines.</summary>
    internal async Task<SmtpReply> ReadReplyAsync()
    {
        List<string> lines = [];
        while (true)
        {
            string line = await ReadLineAsync();
            bool isReply = line.Length >= 3 && line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9') is false && (line.Length == 3 || line[3] is ' ' or '-');
            if (!isReply || lines.Count == MaxReplyLines)
            {
                throw new InvalidDataException("what the server says is not SMTP");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0'), lines);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }

        await stream.DisposeAsync();
    }

    private async Task<string> ReadLineAsync()
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                string line = Encoding.ASCII.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                throw new InvalidDataException("what the server says is not SMTP");
            }

            int read = await Stream.ReadAsync(_buffer.AsMemory(_end), deadline);
            _end += read > 0 ? read : throw new IOException("the server closed the connection");
        }
    }
}

/// <summary>What a server says to a command.</summary>
/// <param name="Code">Three digits; 2 first for yes, 3 for go on, 4 for later, 5 for no.</param>
/// <param name="Lines">The text of each line.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxShownLength = 200;

    /// <summary>Whether the server agrees, or waits for more of it.</summary>
    internal bool IsPositive => Code is >= 200 and < 400;

    /// <summary>Whether it has an extension (RFC 5321 §4.1.1.1), and with what parameters; null when it does not.</summary>
    internal string? Extension(string keyword) => Lines.Skip(1)
        .Where(line => line.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) && (line.Length == keyword.Length || line[keyword.Length] is ' ' or '='))
        .Select(line => line[keyword.Length..].Trim(' ', '='))
        .FirstOrDefault();

    public override string ToString()
    {
        string text = new([.. string.Join(' ', Lines).Take(MaxShownLength).Select(c => char.IsControl(c) ? '.' : c)]);
        return $"{Code} {text}".TrimEnd();
    }
}
