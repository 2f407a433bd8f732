namespace Meridian.Control.ChangeLog;

/// <summary>
/// All documents as they were at one revision: a consistent view that later changes do not reach. Read it, then dispose it:
/// it may hold resources of the store. For one reader at a time.
/// </summary>
public abstract class DocumentState : IDisposable
{
    /// <summary>The revision it is of; null before the first.</summary>
    public abstract Revision? At { get; }

    /// <summary>How many documents there are.</summary>
    public long Count => At?.DocumentCount ?? 0;

    /// <summary>
    /// The documents in the order of their keys, read as they are enumerated: a million take about a second and no memory but
    /// what the caller keeps. Throws <see cref="ChangeLogException"/> when one is damaged or missing.
    /// </summary>
    /// <param name="kind">Only this kind; null: all.</param>
    /// <param name="namePrefix">Only names that begin with it (<c>example.com/</c>); it takes a kind.</param>
    /// <param name="after">Only names that come after it; it takes a kind. What is passed over is not read.</param>
    public abstract IEnumerable<Document> Read(string? kind = null, string? namePrefix = null, string? after = null);

    /// <summary>One document; null when it does not exist.</summary>
    public abstract Document? Find(DocumentKey key);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the view holds.</summary>
    protected abstract void Dispose(bool disposing);
}
