using System.Diagnostics.CodeAnalysis;

namespace Meridian.Control.Configuration;

/// <summary>
/// Where each part of the model was written, so that whoever finds a problem later (the compiler, a health check) can
/// say the file and line. Filled while loading, only read afterwards.
/// </summary>
public sealed class PositionIndex
{
    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);

    public int Count => _positions.Count;

    /// <summary>
    /// The position of a path such as <c>zones/example.com./records/www/CNAME</c>, or of the nearest part above it.
    /// </summary>
    public bool TryFind(string path, [NotNullWhen(true)] out SourcePosition? position)
    {
        position = null;
        for (ReadOnlySpan<char> remaining = path; !remaining.IsEmpty; remaining = Parent(remaining))
        {
            if (_positions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(remaining, out SourcePosition found))
            {
                position = found;
                return true;
            }
        }
        return false;
    }

    internal void Add(string path, SourcePosition position) => _positions[path] = position;

    private static ReadOnlySpan<char> Parent(ReadOnlySpan<char> path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? [] : path[..slash];
    }
}
