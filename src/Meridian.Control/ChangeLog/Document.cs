namespace Meridian.Control.ChangeLog;

/// <summary>One document as it is, or was, at a revision.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Version">The revision that last wrote it, from 1; what a <see cref="Precondition"/> names.</param>
/// <param name="Body">Its content.</param>
public readonly record struct Document(DocumentKey Key, long Version, DocumentBody Body);
