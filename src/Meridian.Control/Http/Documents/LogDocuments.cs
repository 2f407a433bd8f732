using Meridian.Control.ChangeLog;

namespace Meridian.Control.Http.Documents;

/// <summary>Documents of the change log, which is the truth.</summary>
public sealed class LogDocuments(IChangeLog log) : IDocumentSource
{
    public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) => log.StateAsync(cancellationToken);

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => log.GetAsync(key, cancellationToken);
}
