using System.Buffers.Binary;
using Meridian.Dns.Names;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Records;

/// <summary>Takes the tokens of an RDATA one by one and collects its octets. The first failure stands.</summary>
internal ref struct RdataScanner
{
    private readonly ReadOnlySpan<char> _text;
    private readonly ReadOnlySpan<ZoneToken> _tokens;
    private readonly ReadOnlySpan<byte> _origin;
    private readonly Span<byte> _output;
    private int _next;

    /// <param name="text">What the tokens point into.</param>
    /// <param name="tokens">The RDATA's tokens.</param>
    /// <param name="origin">Wire form of the origin; empty when there is none.</param>
    /// <param name="output">Receives the RDATA; 65,535 octets hold any.</param>
    public RdataScanner(ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens, ReadOnlySpan<byte> origin, Span<byte> output)
    {
        _text = text;
        _tokens = tokens;
        _origin = origin;
        _output = output;
    }

    public readonly bool HasNext => _next < _tokens.Length;

    /// <summary>Octets collected.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Rdata => _output[..Length];

    /// <summary>What is wrong and what was expected; null when only the token is not what the field expects.</summary>
    public string? Error { get; private set; }

    /// <summary>Index of the last token taken; -1 before the first.</summary>
    public readonly int LastIndex => _next - 1;

    public readonly ReadOnlySpan<char> LastText => _next == 0 ? default : _tokens[_next - 1].In(_text);

    /// <summary>Whether the text ended where a field was expected.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Takes the next token, which must not have quotes.</summary>
    public bool TryTake(out ReadOnlySpan<char> token) =>
        TryTakeAny(out token, out ZoneTokenKind kind)
        && (kind == ZoneTokenKind.Plain || Fail("quotes cannot stand here"));

    /// <summary>Takes the next token, however it was written.</summary>
    public bool TryTakeAny(out ReadOnlySpan<char> token, out ZoneTokenKind kind)
    {
        if (_next == _tokens.Length)
        {
            token = default;
            kind = default;
            return FailMissing();
        }
        kind = _tokens[_next].Kind;
        token = _tokens[_next++].In(_text);
        return true;
    }

    public readonly bool NextIs(scoped ReadOnlySpan<char> text) =>
        HasNext && _tokens[_next].Kind == ZoneTokenKind.Plain && _tokens[_next].In(_text).SequenceEqual(text);

    /// <summary>Notes what is wrong; always false.</summary>
    public bool Fail(string error)
    {
        Error ??= error;
        return false;
    }

    /// <summary>Notes that the text ended where a field was expected; always false.</summary>
    public bool FailMissing()
    {
        IsExhausted = true;
        return false;
    }

    /// <summary>Takes a decimal number.</summary>
    public bool TryTakeNumber(uint greatest, out uint number)
    {
        number = 0;
        return TryTake(out ReadOnlySpan<char> token) && NumberText.TryScan(token, greatest, out number);
    }

    /// <summary>Takes a name, completes it with the origin and collects it.</summary>
    public bool TryTakeName()
    {
        if (!TryTake(out ReadOnlySpan<char> token) || !TryReserve(DomainName.MaxLength, out Span<byte> space))
        {
            return false;
        }
        DomainNameError error = DomainNameText.TryScan(token, _origin, space, out int length);
        if (error != DomainNameError.None)
        {
            return Fail($"'{token}': {error.Describe()}");
        }
        Length += length;
        return true;
    }

    public bool TryPut(byte octet)
    {
        if (Length == _output.Length)
        {
            return FailTooLong();
        }
        _output[Length++] = octet;
        return true;
    }

    public bool TryPutUInt16(uint value)
    {
        if (!TryReserve(2, out Span<byte> space))
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(space, (ushort)value);
        Length += 2;
        return true;
    }

    public bool TryPutUInt32(uint value)
    {
        if (!TryReserve(4, out Span<byte> space))
        {
            return false;
        }
        BinaryPrimitives.WriteUInt32BigEndian(space, value);
        Length += 4;
        return true;
    }

    public bool TryPut(scoped ReadOnlySpan<byte> octets)
    {
        if (!TryReserve(octets.Length, out Span<byte> space))
        {
            return false;
        }
        octets.CopyTo(space);
        Length += octets.Length;
        return true;
    }

    /// <summary>Changes an octet that was collected before: a length that was not yet known.</summary>
    public readonly void Patch(int offset, byte octet) => _output[offset] = octet;

    public readonly void PatchUInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_output[offset..], value);

    private bool TryReserve(int length, out Span<byte> space)
    {
        if (_output.Length - Length < length)
        {
            space = default;
            return FailTooLong();
        }
        space = _output[Length..];
        return true;
    }

    private bool FailTooLong() => Fail("the record data is longer than 65535 octets");
}
