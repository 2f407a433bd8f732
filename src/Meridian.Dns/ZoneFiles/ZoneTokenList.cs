
namespace Meridian.Dns.ZoneFiles;

/// <summary>The tokens of one entry; its memory is used again for the next.</summary>
internal sealed class ZoneTokenList
{
    /// <summary>Tokens in one entry. RDATA has at most 65,535 octets and two hexadecimal digits make one: no valid entry has more.</summary>
    public const int MaxCount = (1 << 17) + 16;

    private ZoneToken[] _tokens = new ZoneToken[16];

    public int Count { get; private set; }

    public ReadOnlySpan<ZoneToken> Tokens => _tokens.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Adds a token; false when there are <see cref="MaxCount"/> already.</summary>
    public bool TryAdd(in ZoneToken token)
    {
        if (Count == _tokens.Length)
        {
            if (Count >= MaxCount)
            {
                return false;
            }
            Array.Resize(ref _tokens, Math.Min(Count * 2, MaxCount));
        }
        _tokens[Count++] = token;
        return true;
    }
}
