namespace Meridian.Control.ChangeLog;

/// <summary>One change of a <see cref="ChangeSet"/>: a document is written whole, or deleted.</summary>
/// <param name="Key">Which document.</param>
/// <param name="Body">Its new content; null deletes it.</param>
public readonly record struct DocumentChange(DocumentKey Key, DocumentBody? Body)
{
    public bool IsDelete => Body is null;

    /// <summary>Writes the document, whether it exists or not; a <see cref="Precondition"/> says which it must be.</summary>
    public static DocumentChange Put(DocumentKey key, DocumentBody body) => new(key, body);

    /// <summary>Deletes the document; a conflict when there is none.</summary>
    public static DocumentChange Delete(DocumentKey key) => new(key, null);
}
