using System.Globalization;

namespace Meridian.Health.Probes.Http;

/// <summary>
/// Reads one HTTP/1.x answer as it arrives (RFC 9112), in any pieces: the status, as much of the header as framing
/// needs, and the first 64 KiB of the body. Never throws, whatever the octets are; what is wrong is a fault in words.
/// </summary>
/// <param name="isHead">Whether a HEAD request is answered, which has no body (RFC 9112 §6.3).</param>
/// <param name="body">Gets the body.</param>
/// <param name="keepsLocation">Whether <see cref="Location"/> is wanted.</param>
internal sealed class HttpAnswerParser(bool isHead, BodyWindow body, bool keepsLocation = false)
{
    private readonly byte[] _line = new byte[keepsLocation ? HttpProbeLimits.MaxLocationLength : HttpProbeLimits.MaxKeptLineLength];
    private int _lineLength;
    private int _headerLength;
    private int _interimAnswers;
    private HeaderFields _fields = new();
    private ChunkedBody _chunked;

    internal HttpAnswerPart Part { get; private set; } = HttpAnswerPart.StatusLine;

    /// <summary>100 to 599 once the status line of the final answer was read.</summary>
    internal int Status { get; private set; }

    /// <summary>Where the answer points to (RFC 9110 §10.2.2); null when it does not, at too great a length, or nobody wants to know.</summary>
    internal string? Location { get; private set; }

    /// <summary>What is wrong with the answer; null while nothing is.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Whether no more octets are wanted, because the answer is complete, or invalid, or its body is long enough.</summary>
    internal bool IsDone => Part is HttpAnswerPart.Complete or HttpAnswerPart.Invalid;

    /// <summary>Whether the final status is known: the header is read and the body begins.</summary>
    internal bool HasStatus => Part is HttpAnswerPart.Body or HttpAnswerPart.Complete;

    internal void Feed(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !IsDone)
        {
            if (Part == HttpAnswerPart.Body)
            {
                FeedBody(data);
                return;
            }

            int lineEnd = data.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = lineEnd < 0 ? data : data[..(lineEnd + 1)];
            AddToLine(piece);
            if (!IsDone && lineEnd >= 0)
            {
                EndLine();
            }

            data = data[piece.Length..];
        }
    }

    /// <summary>The peer closed the connection: the end of a body that has no other, and too early for everything else.</summary>
    internal void Close()
    {
        if (IsDone)
        {
            return;
        }

        if (Part == HttpAnswerPart.Body && EndsWithConnection)
        {
            Part = HttpAnswerPart.Complete;
            return;
        }

        Fail(Part switch
        {
            HttpAnswerPart.StatusLine when _headerLength == 0 => "without an answer",
            HttpAnswerPart.Body when !_fields.HasTransferEncoding => string.Create(
                CultureInfo.InvariantCulture, $"after {body.Length} of {_fields.ContentLength} octets of the body"),
            HttpAnswerPart.Body => string.Create(CultureInfo.InvariantCulture, $"after {body.Length} octets of the body, before its last chunk"),
            _ => "in the middle of the header",
        });
    }

    // RFC 9112 §6.3, rules 4, 5 and 8.
    private bool EndsWithConnection => !_fields.IsChunked && (_fields.HasTransferEncoding || _fields.ContentLength < 0);

    private void AddToLine(ReadOnlySpan<byte> piece)
    {
        Span<byte> free = _line.AsSpan(Math.Min(_lineLength, _line.Length));
        piece[..Math.Min(piece.Length, free.Length)].CopyTo(free);
        _lineLength += piece.Length;
        _headerLength += piece.Length;

        // A server of another protocol may never send a line end: the first octets are enough to know.
        ReadOnlySpan<byte> start = "HTTP/"u8;
        int comparable = Math.Min(_lineLength, start.Length);
        if (Part == HttpAnswerPart.StatusLine && !_line.AsSpan(0, comparable).SequenceEqual(start[..comparable]))
        {
            Fail($"the answer is not HTTP: it begins with {QuotedText.Of(TrimLineEnd(KeptLine))}");
        }
        else if (_headerLength > HttpProbeLimits.MaxHeaderLength)
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"the header of the answer is longer than {HttpProbeLimits.MaxHeaderLength} octets"));
        }
    }

    private void EndLine()
    {
        ReadOnlySpan<byte> line = TrimLineEnd(KeptLine);
        bool isCut = _lineLength > _line.Length;
        _lineLength = 0;
        if (Part == HttpAnswerPart.StatusLine)
        {
            ReadStatusLine(line);
        }
        else if (line.IsEmpty)
        {
            EndHeader();
        }
        else if (!_fields.TryAdd(line, isCut))
        {
            Fail($"the header of the answer is not valid: {QuotedText.Of(line)}");
        }
        else if (keepsLocation && !isCut)
        {
            Location ??= HeaderFields.LocationOf(line);
        }
    }

    // RFC 9112 §4: HTTP-version SP status-code SP [reason-phrase]. The last blank is often left out.
    private void ReadStatusLine(ReadOnlySpan<byte> line)
    {
        bool isValid = line.Length >= 12 && line[5] == '1' && line[6] == '.' && char.IsAsciiDigit((char)line[7]) && line[8] == ' '
            && (line.Length == 12 || line[12] == ' ')
            && char.IsBetween((char)line[9], '1', '5') && char.IsAsciiDigit((char)line[10]) && char.IsAsciiDigit((char)line[11]);
        if (!isValid)
        {
            Fail($"the status line is not valid: {QuotedText.Of(line)}");
            return;
        }

        Status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + (line[11] - '0');
        _fields = new HeaderFields();
        Location = null;
        Part = HttpAnswerPart.Header;
    }

    private void EndHeader()
    {
        if (Status is >= 100 and < 200)
        {
            // RFC 9110 §15.2: interim answers come before the final one.
            Part = HttpAnswerPart.StatusLine;
            if (++_interimAnswers > HttpProbeLimits.MaxInterimAnswers)
            {
                Fail("interim answers (1xx) without end");
            }

            return;
        }

        // RFC 9112 §6.3, rules 1 and 6.
        bool isEmpty = isHead || Status is 204 or 304 || (!_fields.HasTransferEncoding && _fields.ContentLength == 0);
        Part = isEmpty ? HttpAnswerPart.Complete : HttpAnswerPart.Body;
    }

    private void FeedBody(ReadOnlySpan<byte> data)
    {
        if (_fields.IsChunked)
        {
            _chunked.Feed(data, body);
            if (_chunked.IsInvalid)
            {
                Fail("the chunked body is not valid");
                return;
            }
        }
        else
        {
            // RFC 9112 §6.3, rule 3: a transfer coding overrides the length.
            bool hasLength = !_fields.HasTransferEncoding && _fields.ContentLength >= 0;
            body.Append(hasLength ? data[..(int)Math.Min(data.Length, _fields.ContentLength - body.Length)] : data);
        }

        if (body.IsFull || _chunked.IsComplete || (!EndsWithConnection && !_fields.IsChunked && body.Length == _fields.ContentLength))
        {
            Part = HttpAnswerPart.Complete;
        }
    }

    private ReadOnlySpan<byte> KeptLine => _line.AsSpan(0, Math.Min(_lineLength, _line.Length));

    // RFC 9112 §2.2: a single line feed may be taken for a line end.
    private static ReadOnlySpan<byte> TrimLineEnd(ReadOnlySpan<byte> line)
    {
        line = line is [.., (byte)'\n'] ? line[..^1] : line;
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private void Fail(string fault)
    {
        Fault = fault;
        Part = HttpAnswerPart.Invalid;
    }
}

/// <summary>Where in an answer the parser is.</summary>
internal enum HttpAnswerPart : byte
{
    StatusLine,
    Header,
    Body,
    Complete,
    Invalid,
}
