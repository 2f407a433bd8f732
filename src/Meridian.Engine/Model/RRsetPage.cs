using System.Runtime.CompilerServices;

namespace Meridian.Engine.Model;

/// <summary>
/// A stretch of a <see cref="RRsetList"/>, which lists that follow each other share. Immutable. Static RRsets are rows of octets in one
/// array: in a zone of a million they take a fifth of what an object each takes, and a collection has nothing to look at.
/// </summary>
public sealed class RRsetPage
{
    private readonly byte[] _octets;
    private readonly int[] _starts;

    // Null where all are static.
    private readonly RRsetModel?[]? _kept;

    internal RRsetPage(byte[] octets, int[] starts, RRsetModel?[]? kept)
    {
        _octets = octets;
        _starts = starts;
        _kept = kept;
    }

    /// <summary>RRsets in it.</summary>
    internal int Count => _starts.Length - 1;

    /// <summary>Whether RRsets are in it that are more than their records.</summary>
    internal bool HasKept => _kept is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RRsetRow RowAt(int index) => new(_octets.AsSpan(_starts[index], _starts[index + 1] - _starts[index]));

    /// <summary>The object of an RRset that is not a row alone; null for a static one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RRsetModel? KeptAt(int index) => _kept?[index];

    internal RRsetModel ModelAt(int index) => KeptAt(index) ?? RowAt(index).ToModel();
}
