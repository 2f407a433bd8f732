using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// All documents at one revision. Immutable: a change gives a new set that shares all but what changed, which is what lets
/// one record among a million be tried out without copying the million.
/// </summary>
internal sealed class DocumentSet : IReadOnlyCollection<Document>
{
    // 1,024 to 1,000,000. Looking through the changes costs more the more there are; copying everything costs once.
    private const int ChangesMax = 16_384;

    private readonly Dictionary<DocumentKey, Document> _base;
    private readonly ImmutableDictionary<DocumentKey, Document?> _changes;
    private readonly ContentHash _hash;

    private DocumentSet(Dictionary<DocumentKey, Document> all, ImmutableDictionary<DocumentKey, Document?> changes, int count, ContentHash hash)
    {
        _base = all;
        _changes = changes;
        Count = count;
        _hash = hash;
    }

    public static DocumentSet Empty { get; } = new([], ImmutableDictionary<DocumentKey, Document?>.Empty, 0, new ContentHash(new byte[ContentHash.Length]));

    public int Count { get; }

    /// <summary>The same for equal configurations, in whatever order and by whichever revisions they came; of other documents it knows nothing.</summary>
    public string Digest => _hash.ToString();

    public static DocumentSet Of(IEnumerable<Document> documents)
    {
        Dictionary<DocumentKey, Document> all = [];
        ContentHash hash = Empty._hash;
        foreach (Document document in documents)
        {
            all.Add(document.Key, document);
            hash = hash.Plus(HashOf(document));
        }
        return new DocumentSet(all, Empty._changes, all.Count, hash);
    }

    public bool TryFind(DocumentKey key, [MaybeNullWhen(false)] out Document document)
    {
        if (_changes.TryGetValue(key, out Document? changed))
        {
            document = changed.GetValueOrDefault();
            return changed is not null;
        }
        return _base.TryGetValue(key, out document);
    }

    /// <summary>The documents after a change.</summary>
    /// <param name="changes">Puts and deletes; a delete of what is not there changes nothing.</param>
    /// <param name="version">The revision that the change becomes.</param>
    public DocumentSet With(IEnumerable<DocumentChange> changes, long version)
    {
        ImmutableDictionary<DocumentKey, Document?>.Builder changed = _changes.ToBuilder();
        ContentHash hash = _hash;
        int count = Count;
        foreach (DocumentChange change in changes)
        {
            // A key may be twice among several revisions that are caught up with at once.
            bool isChanged = changed.TryGetValue(change.Key, out Document? before);
            if (!isChanged && _base.TryGetValue(change.Key, out Document stored))
            {
                before = stored;
            }
            Document? after = change.Body is { } body ? new Document(change.Key, version, body) : null;
            hash = before is { } old ? hash.Minus(HashOf(old)) : hash;
            hash = after is { } next ? hash.Plus(HashOf(next)) : hash;
            count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
            changed[change.Key] = after;
        }
        DocumentSet result = new(_base, changed.ToImmutable(), count, hash);
        return changed.Count <= ChangesMax ? result : new DocumentSet(result.ToDictionary(document => document.Key), Empty._changes, count, hash);
    }

    public IEnumerator<Document> GetEnumerator()
    {
        bool isChanged = !_changes.IsEmpty;
        foreach ((DocumentKey key, Document document) in _base)
        {
            if (!isChanged || !_changes.ContainsKey(key))
            {
                yield return document;
            }
        }
        foreach (Document? document in _changes.Values)
        {
            if (document is { } found)
            {
                yield return found;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Not of the version: a rollback brings back the same content, and with it the same digest.</summary>
    private static ContentHash HashOf(in Document document)
    {
        if (!DocumentSections.IsConfiguration(document.Key.Kind))
        {
            return default;
        }
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, document.Key.Kind);
        Append(hash, document.Key.Name);
        hash.AppendData(document.Body.Utf8);
        return new ContentHash(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        // Ends the text, so that "a" and "bc" differ from "ab" and "c"; names hold no such octets.
        hash.AppendData([0, 0]);
    }
}
