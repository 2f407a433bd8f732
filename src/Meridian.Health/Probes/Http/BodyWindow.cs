using System.Text;

namespace Meridian.Health.Probes.Http;

/// <summary>
/// Watches the beginning of a body for the text that should stand in it. The body itself is not kept, only as much of
/// its end as the text may have begun in: thousands of probes at once then need little memory.
/// </summary>
internal sealed class BodyWindow
{
    private readonly byte[] _expected;

    // The end of what came before, and behind it room for as much of what comes next: the text may lie across the two.
    private readonly byte[] _seam;
    private int _tailLength;

    private readonly int _within;

    /// <param name="expected">The text; null looks for none.</param>
    /// <param name="within">How many octets count, at most <see cref="HttpProbeLimits.MaxBodyLength"/>.</param>
    internal BodyWindow(string? expected, int within = HttpProbeLimits.MaxBodyLength)
    {
        _within = Math.Min(within, HttpProbeLimits.MaxBodyLength);
        _expected = expected is null ? [] : Encoding.UTF8.GetBytes(expected);
        _seam = _expected.Length > 1 ? new byte[2 * (_expected.Length - 1)] : [];
        IsMatch = _expected.Length == 0;
    }

    /// <summary>Octets seen, of those that count.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether the text was found; true from the start when none is expected.</summary>
    internal bool IsMatch { get; private set; }

    /// <summary>Whether nothing that follows counts any more.</summary>
    internal bool IsFull => Length == _within;

    internal void Append(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, _within - Length)];
        Length += data.Length;
        if (IsMatch)
        {
            return;
        }

        int most = _expected.Length - 1;
        ReadOnlySpan<byte> start = data[..Math.Min(data.Length, most)];
        start.CopyTo(_seam.AsSpan(_tailLength));
        ReadOnlySpan<byte> across = _seam.AsSpan(0, _tailLength + start.Length);
        IsMatch = across.IndexOf(_expected) >= 0 || data.IndexOf(_expected) >= 0;

        ReadOnlySpan<byte> tail = data.Length >= most ? data[^most..] : across[^Math.Min(across.Length, most)..];
        tail.CopyTo(_seam);
        _tailLength = tail.Length;
    }
}
