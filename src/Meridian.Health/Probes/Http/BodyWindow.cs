using System.Buffers;
using System.Text;

namespace Meridian.Health.Probes.Http;

/// <summary>The first 64 KiB of a body, with the search for the text that should stand in it.</summary>
internal sealed class BodyWindow : IDisposable
{
    private readonly byte[]? _expected;
    private byte[]? _octets;

    internal BodyWindow(string? expected)
    {
        if (expected is not null)
        {
            _expected = Encoding.UTF8.GetBytes(expected);
            _octets = ArrayPool<byte>.Shared.Rent(HttpProbeLimits.MaxBodyLength);
            IsMatch = _expected.Length == 0;
        }
        else
        {
            IsMatch = true;
        }
    }

    /// <summary>Octets seen, at most 64 KiB.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether the text was found; true from the start when none is expected.</summary>
    internal bool IsMatch { get; private set; }

    /// <summary>Whether nothing that follows counts any more.</summary>
    internal bool IsFull => Length == HttpProbeLimits.MaxBodyLength;

    internal void Append(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, HttpProbeLimits.MaxBodyLength - Length)];
        int before = Length;
        Length += data.Length;
        if (IsMatch || _expected is null || _octets is null)
        {
            return;
        }

        data.CopyTo(_octets.AsSpan(before));

        // The text may have begun in what came before, but it cannot have been complete there.
        int from = Math.Max(0, before - _expected.Length + 1);
        IsMatch = _octets.AsSpan(from, Length - from).IndexOf(_expected) >= 0;
    }

    public void Dispose()
    {
        if (_octets is not null)
        {
            ArrayPool<byte>.Shared.Return(_octets);
            _octets = null;
        }
    }
}
