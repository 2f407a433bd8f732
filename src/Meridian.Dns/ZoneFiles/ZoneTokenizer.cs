using System.Buffers;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// Splits master-file text into entries and those into tokens (RFC 1035 §5.1): comments, quotes, escapes, and
/// parentheses that let an entry go on over several lines. Reads each character once and never backs up.
/// </summary>
internal ref struct ZoneTokenizer
{
    // What can end a token that is not quoted, or needs a second look inside one.
    private static readonly SearchValues<char> PlainStops = SearchValues.Create(" \t\r\n;()\"\\");
    private static readonly SearchValues<char> QuotedStops = SearchValues.Create("\"\\\n");

    private readonly ReadOnlySpan<char> _text;
    private readonly ZoneTokenList _tokens;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public ZoneTokenizer(ReadOnlySpan<char> text, ZoneTokenList tokens)
    {
        _text = text;
        _tokens = tokens;
        // A byte order mark that an editor left is not part of the first owner name.
        _position = text.StartsWith('\uFEFF') ? 1 : 0;
        _lineStart = _position;
    }

    /// <summary>Splits a stretch of a text, whose tokens count from the start of the text.</summary>
    /// <param name="text">The text up to the end of the stretch.</param>
    /// <param name="tokens">Takes the tokens.</param>
    /// <param name="start">Where the stretch begins: at the beginning of a line.</param>
    /// <param name="line">The number of that line, from 1.</param>
    public ZoneTokenizer(ReadOnlySpan<char> text, ZoneTokenList tokens, int start, int line)
    {
        _text = text;
        _tokens = tokens;
        _position = start;
        _lineStart = start;
        _line = line;
    }

    /// <summary>Whether the entry's first line begins with a blank: its owner is the previous one.</summary>
    public bool BeginsWithBlank { get; private set; }

    /// <summary>What is wrong with the entry as text; null when all is well. The entry ends where it would without the error.</summary>
    public string? Error { get; private set; }

    public int ErrorLine { get; private set; }

    public int ErrorColumn { get; private set; }

    /// <summary>The line that is read next, or was read last at the end of the text; from 1.</summary>
    public readonly int Line => _line;

    /// <summary>Whether the text ended inside a parenthesis: all behind it, if there is more, is part of that entry.</summary>
    public bool IsCutInside { get; private set; }

    /// <summary>Reads the next entry with at least one token or an error; false at the end of the text.</summary>
    public bool TryReadEntry()
    {
        _tokens.Clear();
        Error = null;
        int depth = 0;
        int openLine = 0;
        int openColumn = 0;
        BeginsWithBlank = IsBlankAt(_position);
        while (_position < _text.Length)
        {
            switch (_text[_position])
            {
                case '\n':
                    StartLine();
                    if (depth > 0)
                    {
                        break;
                    }
                    if (_tokens.Count > 0 || Error is not null)
                    {
                        return true;
                    }
                    BeginsWithBlank = IsBlankAt(_position);
                    break;
                case ' ' or '\t' or '\r':
                    _position++;
                    break;
                case ';':
                    SkipComment();
                    break;
                case '(':
                    if (depth++ == 0)
                    {
                        (openLine, openColumn) = (_line, Column);
                    }
                    _position++;
                    break;
                case ')':
                    if (depth == 0)
                    {
                        Fail("')' without a '(' before it", _line, Column);
                    }
                    depth = Math.Max(0, depth - 1);
                    _position++;
                    break;
                case '"':
                    ReadQuoted();
                    break;
                default:
                    ReadPlain();
                    break;
            }
        }
        if (depth > 0)
        {
            IsCutInside = true;
            Error = null; // What came before may be wrong only because the parenthesis is.
            Fail("'(' is never closed", openLine, openColumn);
        }
        return _tokens.Count > 0 || Error is not null;
    }

    private readonly int Column => _position - _lineStart + 1;

    private readonly bool IsBlankAt(int position) => position < _text.Length && _text[position] is ' ' or '\t';

    private void StartLine()
    {
        _position++;
        _line++;
        _lineStart = _position;
    }

    private void SkipComment()
    {
        int length = _text[_position..].IndexOf('\n');
        _position = length < 0 ? _text.Length : _position + length;
    }

    private void ReadPlain()
    {
        int start = _position;
        int column = Column;
        ZoneTokenKind kind = ZoneTokenKind.Plain;
        while (true)
        {
            int length = _text[_position..].IndexOfAny(PlainStops);
            _position = length < 0 ? _text.Length : _position + length;
            if (_position == _text.Length)
            {
                break;
            }
            char stop = _text[_position];
            if (stop == '\\')
            {
                SkipEscape();
            }
            else if (stop == '"')
            {
                kind = ZoneTokenKind.Mixed;
                if (!TrySkipQuoted(column))
                {
                    return;
                }
            }
            else
            {
                break;
            }
        }
        Add(new ZoneToken(start, _position - start, _line, column, kind));
    }

    private void ReadQuoted()
    {
        int start = _position + 1;
        int column = Column;
        if (TrySkipQuoted(column))
        {
            Add(new ZoneToken(start, _position - 1 - start, _line, column, ZoneTokenKind.Quoted));
        }
    }

    // From the opening quote to behind the closing one, which must be on the same line: a quote that was forgotten
    // then costs one line and not the rest of the file.
    private bool TrySkipQuoted(int column)
    {
        _position++;
        while (true)
        {
            int length = _text[_position..].IndexOfAny(QuotedStops);
            _position = length < 0 ? _text.Length : _position + length;
            if (_position == _text.Length || _text[_position] == '\n')
            {
                Fail("the quote is not closed on its line", _line, column);
                return false;
            }
            if (_text[_position] == '"')
            {
                _position++;
                return true;
            }
            SkipEscape();
        }
    }

    // The character behind a backslash means nothing here, unless the line ends: a line break cannot be escaped.
    private void SkipEscape()
    {
        _position++;
        if (_position < _text.Length && _text[_position] != '\n')
        {
            _position++;
        }
    }

    private void Add(in ZoneToken token)
    {
        if (!_tokens.TryAdd(token))
        {
            Fail("the entry has too many fields; is a ')' missing?", token.Line, token.Column);
        }
    }

    private void Fail(string error, int line, int column)
    {
        if (Error is null)
        {
            (Error, ErrorLine, ErrorColumn) = (error, line, column);
        }
    }
}
