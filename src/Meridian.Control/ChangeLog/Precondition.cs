namespace Meridian.Control.ChangeLog;

/// <summary>
/// What the writer read and relies on. It may name documents that the set does not change. Writers of different documents
/// never conflict.
/// </summary>
/// <param name="Key">The document that was read.</param>
/// <param name="Version">Its <see cref="Document.Version"/>; 0: it must not exist.</param>
public readonly record struct Precondition(DocumentKey Key, long Version);
