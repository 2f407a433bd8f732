using System.Globalization;

namespace Meridian.Health.Probes.Http;

/// <summary>Takes the chunked coding off a body (RFC 9112 §7.1), however the network cut it into pieces.</summary>
internal struct ChunkedBody
{
    private State _state;
    private int _lineLength;
    private int _trailerLength;
    private int _digits;
    private bool _inExtension;
    private long _left;

    private enum State : byte
    {
        Size,
        Data,
        AfterData,
        Trailer,
        Complete,
        Invalid,
    }

    internal readonly bool IsComplete => _state == State.Complete;

    internal readonly bool IsInvalid => _state == State.Invalid;

    /// <summary>Passes the data in the chunks on, up to where the body ends or cannot be understood.</summary>
    internal void Feed(ReadOnlySpan<byte> coded, BodyWindow body)
    {
        while (!coded.IsEmpty && !IsComplete && !IsInvalid && !body.IsFull)
        {
            if (_state == State.Data)
            {
                int length = (int)Math.Min(_left, coded.Length);
                body.Append(coded[..length]);
                coded = coded[length..];
                _left -= length;
                _state = _left == 0 ? State.AfterData : State.Data;
                continue;
            }

            _state = Next(coded[0]);
            coded = coded[1..];
        }
    }

    private State Next(byte octet)
    {
        switch (_state)
        {
            case State.Size:
                return NextOfSize(octet);

            case State.AfterData when octet == '\r' && _lineLength == 0:
                _lineLength = 1;
                return State.AfterData;

            case State.AfterData when octet == '\n':
                _lineLength = 0;
                return State.Size;

            case State.Trailer when octet == '\n':
                bool isLast = _lineLength == 0;
                _lineLength = 0;
                return isLast ? State.Complete : State.Trailer;

            case State.Trailer when octet == '\r':
                return State.Trailer;

            case State.Trailer:
                _lineLength++;
                return ++_trailerLength > HttpProbeLimits.MaxHeaderLength ? State.Invalid : State.Trailer;

            default:
                return State.Invalid;
        }
    }

    private State NextOfSize(byte octet)
    {
        if (++_lineLength > HttpProbeLimits.MaxChunkLineLength)
        {
            return State.Invalid;
        }

        if (octet == '\n')
        {
            return EndSize();
        }

        if (_inExtension)
        {
            return State.Size;
        }

        if (char.IsAsciiHexDigit((char)octet) && _digits < 15)
        {
            _digits++;
            _left = (_left << 4) | (uint)int.Parse([(char)octet], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return State.Size;
        }

        // Blanks are bad form before an extension but seen in the wild (RFC 9112 §7.1.1: BWS).
        _inExtension = octet is (byte)';' or (byte)'\r' or (byte)' ' or (byte)'\t';
        return _inExtension && _digits > 0 ? State.Size : State.Invalid;
    }

    private State EndSize()
    {
        bool hasSize = _digits > 0;
        _digits = 0;
        _lineLength = 0;
        _inExtension = false;
        return !hasSize ? State.Invalid : _left == 0 ? State.Trailer : State.Data;
    }
}
