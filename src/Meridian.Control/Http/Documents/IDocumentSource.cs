using Meridian.Control.ChangeLog;

namespace Meridian.Control.Http.Documents;

/// <summary>The documents that are the configuration, wherever they come from.</summary>
public interface IDocumentSource
{
    /// <summary>All documents. To be disposed.</summary>
    ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken);

    /// <summary>One document; null when it does not exist.</summary>
    ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken);
}
