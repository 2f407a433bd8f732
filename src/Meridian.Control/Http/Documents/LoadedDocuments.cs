using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// Documents of files, which are the truth. They are made when somebody asks, once for each load. Their version is the
/// revision that they are served as: files do not tell which of them changed.
/// </summary>
/// <param name="current">What is served: the load, and its revision; null before the first.</param>
public sealed class LoadedDocuments(Func<(LoadResult Loaded, long Revision)?> current) : IDocumentSource
{
    private volatile Made? _made;

    public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DocumentState>(new State(Make()));

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => ValueTask.FromResult(Find(Make(), key));

    private ImmutableArray<Document> Make()
    {
        if (current() is not { } now)
        {
            return [];
        }
        // Two that come at once both make them; the same twice does no harm.
        Made? made = _made;
        if (made is null || made.Loaded != now.Loaded || made.Revision != now.Revision)
        {
            ImmutableArray<Document> documents =
            [
                .. ConfigurationImport.ToDocuments(now.Loaded)
                    .Select(change => new Document(change.Key, now.Revision, change.Body.GetValueOrDefault())),
            ];
            made = new Made(now.Loaded, now.Revision, documents);
            _made = made;
        }
        return made.Documents;
    }

    private static Document? Find(ImmutableArray<Document> documents, DocumentKey key)
    {
        int at = documents.AsSpan().BinarySearch(new ByKey(key));
        return at >= 0 ? documents[at] : null;
    }

    private sealed record Made(LoadResult Loaded, long Revision, ImmutableArray<Document> Documents);

    private readonly struct ByKey(DocumentKey key) : IComparable<Document>
    {
        public int CompareTo(Document other) => key.CompareTo(other.Key);
    }

    private sealed class State(ImmutableArray<Document> documents) : DocumentState
    {
        public override Revision? At => null;

        public override IEnumerable<Document> Read(string? kind = null, string? namePrefix = null, string? after = null) => documents.Where(
            document => (kind is null || document.Key.Kind == kind)
                && (namePrefix is null || document.Key.Name.StartsWith(namePrefix, StringComparison.Ordinal))
                && (after is null || document.Key > document.Key with { Name = after }));

        public override Document? Find(DocumentKey key) => LoadedDocuments.Find(documents, key);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
