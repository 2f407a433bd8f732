using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Model;

/// <summary>An immutable list that is equal to another one with equal items, so that records of the model compare by content.</summary>
/// <param name="items">The items; the default is the empty list.</param>
[CollectionBuilder(typeof(ModelList), nameof(ModelList.Create))]
public readonly struct ModelList<T>(ImmutableArray<T> items) : IReadOnlyList<T>, IEquatable<ModelList<T>>
{
    private readonly ImmutableArray<T> _items = items;

    public int Count => _items.IsDefault ? 0 : _items.Length;

    public T this[int index] => _items[index];

    public static bool operator ==(ModelList<T> a, ModelList<T> b) => a.Equals(b);

    public static bool operator !=(ModelList<T> a, ModelList<T> b) => !a.Equals(b);

    public ReadOnlySpan<T> AsSpan() => _items.IsDefault ? [] : _items.AsSpan();

    public bool Equals(ModelList<T> other) => AsSpan().SequenceEqual(other.AsSpan(), null);

    public override bool Equals(object? obj) => obj is ModelList<T> other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T item in AsSpan())
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)(_items.IsDefault ? [] : _items)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists from collection expressions.</summary>
public static class ModelList
{
    public static ModelList<T> Create<T>(ReadOnlySpan<T> items) => new([.. items]);
}
