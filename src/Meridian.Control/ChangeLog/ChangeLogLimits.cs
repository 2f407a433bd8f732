namespace Meridian.Control.ChangeLog;

/// <summary>How much a change log takes. Going over a limit is a <see cref="AppendResult.Refused"/> that names it.</summary>
public static class ChangeLogLimits
{
    /// <summary>Octets of UTF-8 in a document's name. The longest there can be is a zone and an owner of 255 octets in text form, escaped.</summary>
    public const int MaxNameLength = 2048;

    /// <summary>Characters of a kind.</summary>
    public const int MaxKindLength = 32;

    /// <summary>Octets of one document. The longest legitimate one is a policy of thousands of branches; SQLite itself stops at a thousand times this.</summary>
    public const int MaxBodyLength = 1 << 20;

    /// <summary>Documents in one change set: the import of a zone of two million names, with room.</summary>
    public const int MaxChanges = 4_000_000;

    /// <summary>Octets of names and bodies in one change set: it is held in memory until it is written.</summary>
    public const long MaxChangeSetLength = 1L << 30;

    /// <summary>Preconditions of one change set: each document that a large import read.</summary>
    public const int MaxPreconditions = MaxChanges;

    /// <summary>Characters of an author's name.</summary>
    public const int MaxAuthorLength = 256;

    /// <summary>Characters of a message or a reason: a paragraph, not an attachment.</summary>
    public const int MaxMessageLength = 4096;

    /// <summary>Characters of an idempotency key; a UUID has 36.</summary>
    public const int MaxIdempotencyKeyLength = 255;

    /// <summary>Revisions in one page of history.</summary>
    public const int MaxHistoryPage = 1000;
}
